#pragma once

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sluice/base/snake_case.h"
#include "sluice/params/fields.h"

/// Things that users name, with parameters: layers, optimizers, losses, initializers, … One abstract class stands for
/// each kind; its classes are listed in a registry.
namespace sluice {

/// Base of the kinds. Objects are immutable.
class Named {
 public:
  virtual ~Named() = default;
  /// Keras' class name, such as "GlorotUniform".
  virtual std::string_view class_name() const = 0;
  /// Its parameters as Keras writes them.
  virtual Json config() const = 0;
};

/// A class of a kind as users name it.
template <class Kind>
struct NamedType {
  std::string class_name;
  std::string doc;
  std::vector<FieldInfo> fields;
  std::shared_ptr<const Kind> (*create)(const Json& parameters, const std::string& path);
  std::vector<std::string> other_names = {};  ///< Besides the snake case of the class name, such as "mse".
};

/// A kind of named things says what it is called and lists its classes, found by its namespace:
///   constexpr std::string_view kind_name(const Initializer*)             "initializer"
///   const std::vector<NamedType<Initializer>>& named_types(const Initializer*)
template <class T>
concept NamedKind = std::derived_from<T, Named> && requires(const T* kind) {
  { kind_name(kind) } -> std::convertible_to<std::string_view>;
  named_types(kind);
};

/// What a user wrote or Keras saved: `name`, `{name: {parameters}}`, or `{"class_name": …, "config": {…}}`.
struct NamedText {
  std::string name;
  Json parameters;
  std::string path;         ///< Of the parameters.
  bool from_keras = false;  ///< Parameters that are null may not be set; see set_parameters.
};

/// Throws PathError at `path` when it is none of these; `kind` is the word for it in the message.
NamedText read_named_text(std::string_view kind, const Json& json, const std::string& path);

/// What Keras wrote without the nulls that say nothing: those of fields that do not take null, and of parameters that
/// are not known. Where a field takes null, that may be another value than its default.
Json set_parameters(const Json& config, std::span<const FieldInfo> fields);

/// Whether users mean the class by this name: the class name itself, its snake case, or one of the others.
bool names_class(std::string_view name, std::string_view class_name, std::span<const std::string> other_names);

/// The name by which users see a class: its own, or what its objects call themselves, such as "mse".
template <NamedKind Kind>
std::string shown_name(const NamedType<Kind>& type) {
  if constexpr (requires(const Kind& object) { object.name(); }) {
    return std::string(type.create(Json(), "")->name());
  } else {
    return type.class_name;
  }
}

/// Returns the message about a name that no class has: with the nearest of all their names, else all classes.
struct NamesOfClass {
  std::string shown;
  std::string class_name;
  std::vector<std::string> other_names;
};
std::string unknown_class(std::string_view kind, std::string_view name, std::span<const NamesOfClass> known);

/// Returns the class with this name, or nullptr.
template <NamedKind Kind>
const NamedType<Kind>* find_type(std::string_view name) {
  for (const auto& type : named_types(static_cast<const Kind*>(nullptr))) {
    if (names_class(name, type.class_name, type.other_names)) return &type;
  }
  return nullptr;
}

/// Creates an object from a name and its parameters (null: defaults). Throws PathError below `path`: an unknown class
/// (with the nearest known one) or parameter, a value out of its bounds.
template <NamedKind Kind>
std::shared_ptr<const Kind> make_named(std::string_view name, const Json& parameters, const std::string& path = "") {
  if (const auto* type = find_type<Kind>(name)) return type->create(parameters, path);
  std::vector<NamesOfClass> known;
  for (const auto& type : named_types(static_cast<const Kind*>(nullptr))) {
    known.push_back({shown_name(type), type.class_name, type.other_names});
  }
  throw PathError(path, unknown_class(kind_name(static_cast<const Kind*>(nullptr)), name, known));
}

/// Creates an object from what a user wrote or Keras saved. Throws PathError below `path`.
template <NamedKind Kind>
std::shared_ptr<const Kind> read_named(const Json& json, const std::string& path = "") {
  NamedText text = read_named_text(kind_name(static_cast<const Kind*>(nullptr)), json, path);
  const NamedType<Kind>* type = text.from_keras ? find_type<Kind>(text.name) : nullptr;
  if (type != nullptr) text.parameters = set_parameters(text.parameters, type->fields);
  return make_named<Kind>(text.name, text.parameters, text.path);
}

/// Writes an object as Keras does; null for none. `module` is such as "keras.initializers".
Json write_named(const Named* object, std::string_view module);

/// Named things as fields of other parameters. Kinds say where Keras has them: `constexpr std::string_view
/// keras_module(const Initializer*)`.
template <NamedKind Kind>
struct FieldType<std::shared_ptr<const Kind>> {
  static std::string type() { return std::string(kind_name(static_cast<const Kind*>(nullptr))); }
  static Json schema(const Bounds&) {
    return schema::either({schema::defined(kind_name(static_cast<const Kind*>(nullptr))), schema::nothing()});
  }
  static std::shared_ptr<const Kind> read(const Json& json, const Bounds&) {
    return json.is_null() ? nullptr : read_named<Kind>(json);
  }
  static Json write(const std::shared_ptr<const Kind>& value) {
    return write_named(value.get(), keras_module(static_cast<const Kind*>(nullptr)));
  }
  static Json shown(const std::shared_ptr<const Kind>& value) {
    return value == nullptr ? Json() : Json(snake_case(value->class_name()));
  }
};

/// An object of a kind that is described by a struct with `fields()`, `class_name` and `doc`.
template <class Kind, class Parameters>
class ParameterNamed : public Kind {
 public:
  explicit ParameterNamed(const Parameters& parameters) : p(parameters) {}
  std::string_view class_name() const override { return Parameters::class_name; }
  Json config() const override { return write_fields(p); }

 protected:
  const Parameters p;
};

/// The registry's entry for a class whose implementation is made from its parameters.
template <class Kind, class Parameters, class Implementation>
NamedType<Kind> named_type(std::vector<std::string> other_names = {}) {
  return {std::string(Parameters::class_name), std::string(Parameters::doc), describe_fields<Parameters>(),
          [](const Json& json, const std::string& path) -> std::shared_ptr<const Kind> {
            return std::make_shared<Implementation>(read_fields<Parameters>(json, path));
          },
          std::move(other_names)};
}

}  // namespace sluice
