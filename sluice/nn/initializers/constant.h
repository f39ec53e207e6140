#pragma once

#include "sluice/nn/initializer.h"

namespace sluice {

NamedType<Initializer> zeros_type();
NamedType<Initializer> ones_type();
NamedType<Initializer> constant_type();
/// Of matrices alone.
NamedType<Initializer> identity_type();

}  // namespace sluice
