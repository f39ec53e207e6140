#include "sluice/nn/plan_builder.h"

#include <algorithm>
#include <numeric>

#include "sluice/nn/planned_graph.h"
#include "sluice/nn/scores.h"
#include "sluice/tensor/elementwise.h"
#include "sluice/tensor/kernel_level.h"

namespace sluice {
namespace {

/// In whole lines of the caches, and at least one.
int64_t in_lines(int64_t floats) { return (std::max<int64_t>(floats, 1) + 15) / 16 * 16; }

}  // namespace

void PlanBuilder::compile(const Graph& graph, const CompileConfig* compile, PlanMode mode, Plan& plan) {
  kernel_level();
  const std::optional<Graph> planned = planned_graph(graph, mode);
  PlanBuilder builder(planned ? *planned : graph, mode, plan);
  std::vector<Value> outputs = builder.build_nodes();
  if (mode == PlanMode::inference) {
    for (Value output : outputs) plan.outputs_.push_back(builder.data(builder.in(Layout::rows, output)));
    builder.kept_.insert(builder.kept_.end(), plan.outputs_.begin(), plan.outputs_.end());
  } else {
    builder.build_scores(*compile, outputs);
  }
  builder.build_reverse();
  if (mode != PlanMode::inference) builder.build_penalties();
  builder.drop_unused();
  builder.place_buffers();
}

/// How many nodes read this one's result, the graph's outputs among them.
int PlanBuilder::readers(int node) const {
  auto count = std::count(graph_.outputs().begin(), graph_.outputs().end(), node);
  for (const Graph::Node& other : graph_.nodes()) count += std::count(other.inputs.begin(), other.inputs.end(), node);
  return static_cast<int>(count);
}

std::vector<Value> PlanBuilder::build_nodes() {
  std::vector<Value> of_node;
  std::vector<Value> outputs;
  int next_input = 0;
  for (size_t node = 0; node < graph_.nodes().size(); ++node) {
    const Graph::Node& description = graph_.nodes()[node];
    node_ = graph_.node_name(static_cast<int>(node));
    layer_index_ = static_cast<uint32_t>(description.layer);
    frozen_ = !graph_.layers()[description.layer].trainable;
    if (description.inputs.empty()) {
      of_node.push_back(fed(description.shape, next_input++));
      continue;
    }
    std::vector<Value> inputs;
    for (int input : description.inputs) inputs.push_back(of_node[input]);
    WeightRefs weights;
    for (const Variable& variable : graph_.variables()) {
      if (variable.layer == description.layer) weights.offsets.push_back(variable.offset);
    }
    of_node.push_back(graph_.node_layer(static_cast<int>(node)).build(*this, inputs, weights));
    const int count = readers(static_cast<int>(node));
    values_[of_node.back().id].readers += count;
    if (count != 1) emit_deferred(of_node.back());
  }
  for (int output : graph_.outputs()) {
    emit_deferred(of_node[output]);
    outputs.push_back(of_node[output]);
  }
  return outputs;
}

void PlanBuilder::build_scores(const CompileConfig& compile, const std::vector<Value>& outputs) {
  const std::vector<ScoreEntry> entries = score_entries(graph_, compile);
  for (const ScoreEntry& entry : entries) {
    node_ = graph_.node_name(graph_.outputs()[entry.output]);
    const Loss& loss = *compile.losses[entry.output];
    const Value output = outputs[entry.output];
    const ScoreTarget target{.output = static_cast<int>(entry.output),
                             .sum = static_cast<int>(entry.first),
                             .loss_weight = compile.loss_weight(entry.output),
                             .weighted = entry.kind != ScoreKind::metric};
    switch (entry.kind) {
      case ScoreKind::loss: build_loss(*this, loss, output, target); break;
      case ScoreKind::weight: build_weight_sum(target); break;
      default: entry.metric->build(*this, output, loss.label_kind(), target);
    }
  }
  penalty_sum_ = static_cast<int>(entries.back().first + entries.back().sums);
  plan_.sums_.resize(penalty_sum_ + 1);
}

void PlanBuilder::build_weight_sum(const ScoreTarget& target) {
  call({.kernel = "weights", .effect = true, .run = [=](const Step& step) {
          step.sums[target.sum] = total_weight(target.rows(step));
        }});
}

void PlanBuilder::build_penalties() {
  for (const Variable& variable : graph_.variables()) {
    const RegularizerPtr& regularizer = variable.spec.regularizer;
    if (regularizer == nullptr || !variable.spec.trainable) continue;  // As in Keras.
    call({.node = graph_.layers()[variable.layer].name,
          .kernel = "regularizer",
          .effect = true,
          .run = [=, offset = variable.offset, shape = variable.spec.shape, sum = penalty_sum_,
                  learns = training() && variable.spec.trainable](const Step& step) {
            if (!step.leads()) return;
            const std::span values(step.weights + offset, static_cast<size_t>(element_count(shape)));
            step.sums[sum] += static_cast<double>(step.batch_rows()) *
                              regularizer->penalty(shape, values, learns ? step.gradients + offset : nullptr);
          }});
  }
}

void PlanBuilder::build_reverse() {
  for (auto reverse = reverse_.rbegin(); reverse != reverse_.rend(); ++reverse) {
    node_ = reverse->node;
    layer_index_ = reverse->layer_index;
    frozen_ = reverse->frozen;
    reverse->emit();
    for (auto& [target, size] : pending_sums_) {
      call({.node = node_,
            .kernel = "add",
            .reads = {target.temporary_},
            .effect = true,
            .run = [target = target, size = size](const Step& step) {
              float* sum = step.gradients + target.offset_;
              add(size, sum, step[target.temporary_], sum);
            }});
    }
    pending_sums_.clear();
  }
}

void PlanBuilder::drop_unused() {
  std::vector<bool> needed(sizes_.floats.size());
  for (Buffer buffer : kept_) needed[buffer.id] = true;
  auto sweep = [&](std::vector<KernelCall>& calls) {
    std::vector<KernelCall> used;
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
      bool wanted =
          call->effect || std::any_of(call->writes.begin(), call->writes.end(), [&](Buffer b) { return needed[b.id]; });
      if (!wanted) continue;
      for (Buffer buffer : call->reads) needed[buffer.id] = true;
      used.push_back(std::move(*call));
    }
    std::reverse(used.begin(), used.end());
    calls = std::move(used);
  };
  sweep(plan_.calls_);
  sweep(plan_.prepare_calls_);
}

/// A buffer lives from the first call that names it to the last, and through whole runs of row blocks, which come back
/// to it; those kept, or prepared outside of training, always.
std::vector<PlanBuilder::BufferLife> PlanBuilder::buffer_lives() const {
  const int end = static_cast<int>(plan_.calls_.size());
  std::vector<BufferLife> lives(sizes_.floats.size());
  int at = 0;
  for (const RowBlocks& blocks : plan_.blocks_) {
    const int first = at, last = static_cast<int>(blocks.end) - 1;
    const bool once = blocks.rows == batch();
    auto touch = [&](Buffer buffer) {
      BufferLife& life = lives[buffer.id];
      const bool of_this = life.first == first && life.last == last && !once;
      life.rows = life.first < 0 || of_this ? blocks.rows : batch();
      if (life.first < 0) life.first = once ? at : first;
      life.last = std::max(life.last, once ? at : last);
    };
    for (; at <= last; ++at) {
      for (Buffer buffer : plan_.calls_[at].reads) touch(buffer);
      for (Buffer buffer : plan_.calls_[at].writes) touch(buffer);
    }
  }
  for (Buffer buffer : kept_) lives[buffer.id] = {0, end, batch()};
  for (const KernelCall& prepared : plan_.prepare_calls_) {
    for (Buffer buffer : prepared.writes) lives[buffer.id] = {0, end, batch()};
  }
  return lives;
}

/// What buffers take in the arena: one block of rows is enough where no more are asked for at once.
std::vector<int64_t> PlanBuilder::placed_sizes(const std::vector<BufferLife>& lives) {
  std::vector<int64_t> sizes = sizes_.floats;
  plan_.strides_ = sizes_.floats_of_row;
  for (size_t id = 0; id < sizes.size(); ++id) {
    if (sizes_.floats_of_row[id] == 0 || lives[id].rows == batch()) continue;
    const int64_t rows = sizes_.in_lanes[id] ? groups(lives[id].rows) * lanes() : lives[id].rows;
    sizes[id] = in_lines(rows * sizes_.floats_of_row[id]);
    plan_.strides_[id] = 0;
  }
  return sizes;
}

void PlanBuilder::place_buffers() {
  plan_.blocks_ = divide_into_row_blocks(plan_.calls_, sizes_, batch());
  const std::vector<BufferLife> lives = buffer_lives();
  const std::vector<int64_t> sizes = placed_sizes(lives);
  std::vector<int> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return sizes[a] > sizes[b]; });
  plan_.offsets_.assign(sizes.size(), 0);
  plan_.sizes_ = sizes_.floats;
  std::vector<int> placed;
  int64_t total = 0;
  for (int id : order) {
    if (lives[id].first < 0) continue;
    std::vector<std::pair<int64_t, int64_t>> taken;
    for (int other : placed) {
      if (lives[other].last < lives[id].first || lives[id].last < lives[other].first) continue;
      taken.emplace_back(plan_.offsets_[other], plan_.offsets_[other] + sizes[other]);
    }
    std::sort(taken.begin(), taken.end());
    int64_t at = 0;
    for (auto [from, to] : taken) {
      if (at + sizes[id] <= from) break;
      at = std::max(at, to);
    }
    plan_.offsets_[id] = at;
    placed.push_back(id);
    total = std::max(total, at + sizes[id]);
  }
  plan_.arena_ = Tensor(DType::float32, {total});
}

int64_t PlanBuilder::groups(int64_t rows) { return (rows + lanes() - 1) / lanes(); }

ImageShape PlanBuilder::image(Value value) const {
  const Shape& s = shape(value);
  if (s.size() == 3) return {s[0], s[1], s[2]};
  return {1, 1, element_count(s)};
}

int64_t PlanBuilder::floats(Value value, int64_t rows) const {
  int64_t size = element_count(shape(value));
  return layout(value) == Layout::rows ? rows * size : groups(rows) * lanes() * size;
}

Value PlanBuilder::value(const Shape& shape, Layout layout, std::span<const Value> inputs, bool depends_on_weights) {
  ValueInfo info{.shape = shape, .layout = layout, .needs_gradient = depends_on_weights && !frozen_};
  for (Value input : inputs) info.needs_gradient = info.needs_gradient || values_[input.id].needs_gradient;
  values_.push_back(std::move(info));
  Value result{static_cast<int>(values_.size()) - 1};
  values_[result.id].data = allocate_like(result);
  return result;
}

Value PlanBuilder::reshaped(Value source, const Shape& shape) {
  source = in(Layout::rows, source);
  ValueInfo info{.shape = shape,
                 .layout = Layout::rows,
                 .data = data(source),
                 .needs_gradient = values_[source.id].needs_gradient,
                 .rectified = values_[source.id].rectified};
  values_.push_back(std::move(info));
  Value result{static_cast<int>(values_.size()) - 1};
  backward([this, source, result] {
    if (!needs_gradient(source)) return;
    const bool rectified = gradient_rectified(result);
    if (Buffer passed = gradient(result)) add_gradient(source, passed, rectified);
  });
  return result;
}

void PlanBuilder::defer(Value value, const Epilogue& epilogue, std::function<void(const Epilogue&)> emit) {
  if (training()) return emit(epilogue);
  values_[value.id].epilogue = epilogue;
  values_[value.id].emit = [this, node = node_, emit = std::move(emit)](const Epilogue& all) {
    const std::string kept = std::exchange(node_, node);
    emit(all);
    node_ = kept;
  };
}

void PlanBuilder::emit_deferred(Value value) {
  const auto emit = std::exchange(values_[value.id].emit, {});
  if (emit) emit(Epilogue(values_[value.id].epilogue));
}

bool PlanBuilder::absorbs_affine(Value value) const {
  const ValueInfo& info = values_[value.id];
  return info.emit && !info.epilogue.scale && !info.epilogue.relu;
}

void PlanBuilder::absorb_affine(Value value, Buffer scale, Buffer offset) {
  values_[value.id].epilogue.scale = scale;
  values_[value.id].epilogue.offset = offset;
}

bool PlanBuilder::absorb_relu(Value value, float ceiling) {
  ValueInfo& info = values_[value.id];
  if (!info.emit || info.epilogue.relu) return false;
  info.epilogue.relu = true;
  info.epilogue.ceiling = ceiling;
  return true;
}

Value PlanBuilder::in(Layout wanted, Value value) {
  emit_deferred(value);
  if (values_[value.id].fed_input < 0 && layout(value) == wanted) return value;
  for (auto [layout, conversion] : values_[value.id].conversions) {
    if (layout == wanted) return conversion;
  }
  Value result = values_[value.id].fed_input >= 0 ? gathered(value, wanted) : converted(value, wanted);
  values_[value.id].conversions.emplace_back(wanted, result);
  return result;
}

Value PlanBuilder::gathered(Value fed, Layout wanted) {
  Value result = value(shape(fed), wanted, {});
  const ValueInfo& info = values_[fed.id];
  call({.node = node_,
        .kernel = wanted == Layout::rows ? "gather" : "gather lanes",
        .writes = {data(result)},
        .by_rows = true,
        .run = [to = data(result), wanted, image = image(fed), input = info.fed_input, scale = info.scale,
                offset = info.offset](const Step& step) {
          const Tensor& source = step.examples->inputs[input];
          if (wanted == Layout::rows) {
            gather_to_rows(source, image.size(), step.rows, step.row_index, scale, offset, step[to]);
          } else {
            gather_to_lanes(source, image, step.rows, step.row_index, scale, offset, step[to]);
          }
        }});
  return result;
}

Value PlanBuilder::converted(Value source, Layout wanted) {
  Value result = value(shape(source), wanted, {&source, 1});
  auto convert = [image = image(source)](Layout to, Buffer from, Buffer into) {
    return [=](const Step& step) {
      if (to == Layout::lanes) return rows_to_lanes(image, step.rows, step[from], step[into]);
      lanes_to_rows(image, step.rows, step[from], step[into]);
    };
  };
  call({.node = node_,
        .kernel = wanted == Layout::rows ? "lanes to rows" : "rows to lanes",
        .reads = {data(source)},
        .writes = {data(result)},
        .by_rows = true,
        .run = convert(wanted, data(source), data(result))});
  backward([=, this] {
    Buffer from = gradient(result);
    if (!from || !needs_gradient(source)) return;
    Buffer into = gradient_target(source);
    call({.node = node_,
          .kernel = wanted == Layout::rows ? "rows to lanes" : "lanes to rows",
          .reads = {from},
          .writes = {into},
          .by_rows = true,
          .run = convert(layout(source), from, into)});
  });
  return result;
}

Value PlanBuilder::fed(const Shape& shape, int input, float scale, float offset) {
  values_.push_back({.shape = shape, .layout = Layout::rows, .fed_input = input, .scale = scale, .offset = offset});
  return {static_cast<int>(values_.size()) - 1};
}

Value PlanBuilder::rescaled_feed(Value value, float scale, float offset) {
  const ValueInfo& info = values_[value.id];
  if (info.fed_input < 0 || info.scale != 1 || info.offset != 0) return {};
  return fed(Shape(info.shape), info.fed_input, scale, offset);
}

void PlanBuilder::link_logits(Value value, Value logits, Activation activation) {
  values_[value.id].logits = logits.id;
  values_[value.id].activation = activation;
}

Value PlanBuilder::logits(Value value, Activation activation) const {
  const ValueInfo& info = values_[value.id];
  return info.logits >= 0 && info.activation == activation ? Value{info.logits} : Value{};
}

Buffer PlanBuilder::allocate(int64_t floats) {
  sizes_.floats.push_back(in_lines(floats));
  sizes_.floats_of_row.push_back(0);
  sizes_.in_lanes.push_back(false);
  return {static_cast<int>(sizes_.floats.size()) - 1};
}

Buffer PlanBuilder::allocate_rows(int64_t floats_of_row, Layout layout) {
  const bool in_lanes = layout == Layout::lanes;
  const Buffer buffer = allocate((in_lanes ? groups(batch()) * lanes() : batch()) * floats_of_row);
  sizes_.floats_of_row.back() = floats_of_row;
  sizes_.in_lanes.back() = in_lanes;
  return buffer;
}

void PlanBuilder::call(KernelCall call) {
  if (call.node.empty()) call.node = node_;
  plan_.calls_.push_back(std::move(call));
}

void PlanBuilder::prepare(KernelCall prepared) {
  if (training()) return call(std::move(prepared));
  if (prepared.node.empty()) prepared.node = node_;
  plan_.prepare_calls_.push_back(std::move(prepared));
}

void PlanBuilder::backward(std::function<void()> emit) {
  if (training()) reverse_.push_back({node_, layer_index_, frozen_, std::move(emit)});
}

Buffer PlanBuilder::gradient(Value value) {
  std::vector<Buffer>& parts = values_[value.id].gradients;
  while (parts.size() > 1) {
    Buffer last = parts.back();
    parts.pop_back();
    call({.kernel = "add",
          .reads = {parts[0], last},
          .writes = {parts[0]},
          .by_rows = true,
          .run = [sum = parts[0], last, n = extent(value)](const Step& step) {
            add(n(step), step[sum], step[last], step[sum]);
          }});
  }
  return parts.empty() ? Buffer{} : parts[0];
}

Buffer PlanBuilder::add_gradient(Value value, Buffer gradient, bool rectified) {
  ValueInfo& info = values_[value.id];
  if (rectified) ++info.rectified_gradients;
  return info.gradients.emplace_back(gradient);
}

bool PlanBuilder::rectify(Value value) {
  ValueInfo& info = values_[value.id];
  if (info.rectifier == nullptr || info.readers != 1) return false;
  *info.rectifier = true;
  info.rectified = true;
  return true;
}

bool PlanBuilder::gradient_rectified(Value value) const {
  const ValueInfo& info = values_[value.id];
  return info.rectified_gradients == info.gradients.size();
}

PlanBuilder::WeightGradient PlanBuilder::weight_gradient(int64_t offset, int64_t size) {
  WeightGradient target;
  target.offset_ = offset;
  if (std::find(written_weights_.begin(), written_weights_.end(), offset) != written_weights_.end()) {
    target.temporary_ = allocate(size);
    pending_sums_.emplace_back(target, size);
  }
  written_weights_.push_back(offset);
  return target;
}

}  // namespace sluice
