#include "sluice/tune/report/assets.h"

// Defined in assets.S.
extern "C" {
extern const char sluice_asset_style[], sluice_asset_style_end[];
extern const char sluice_asset_script[], sluice_asset_script_end[];
extern const char sluice_asset_echarts[], sluice_asset_echarts_end[];
}

namespace sluice {

std::string_view asset(Asset which) {
  switch (which) {
    case Asset::style: return {sluice_asset_style, sluice_asset_style_end};
    case Asset::script: return {sluice_asset_script, sluice_asset_script_end};
    case Asset::echarts: return {sluice_asset_echarts, sluice_asset_echarts_end};
  }
  return {};
}

}  // namespace sluice
