#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sluice/nn/plan.h"
#include "sluice/nn/row_blocks.h"
#include "sluice/tensor/elementwise.h"
#include "sluice/tensor/reorder.h"

namespace sluice {

/// How a value lies in memory: rows of the batch in Keras' order, or one row in each SIMD lane
/// ([groups, channels, height, width, lanes], see tensor/lane_conv.h).
enum class Layout { rows, lanes };

/// What a kernel does to its results before it writes them, outside of training: channel by channel
/// result · scale + offset, then the rectifier up to `ceiling`.
struct Epilogue {
  Buffer scale, offset;  ///< One float a channel, written by prepared calls; none: 1 and 0.
  bool relu = false;
  float ceiling = std::numeric_limits<float>::infinity();
};

/// What layers, losses and metrics use to append their kernel calls to a plan. Calls are recorded forward; what they
/// hand to `backward` runs in reverse order when the plan is finished.
class PlanBuilder {
 public:
  /// Compiles the graph into `plan`.
  static void compile(const Graph& graph, const CompileConfig* compile, PlanMode mode, Plan& plan);

  bool training() const { return mode_ == PlanMode::training; }
  int64_t batch() const { return plan_.batch_; }
  /// Groups of `lanes()` rows that hold a batch of `rows`.
  static int64_t groups(int64_t rows);
  /// Position of the layer in the graph, to tell streams of random numbers apart.
  uint32_t layer_index() const { return layer_index_; }
  /// Whether the current layer is not trainable; it then normalises as in inference.
  bool frozen() const { return frozen_; }

  const Shape& shape(Value value) const { return values_[value.id].shape; }
  Layout layout(Value value) const { return values_[value.id].layout; }
  Buffer data(Value value) const { return values_[value.id].data; }
  /// Height, width and channels; a shape of another rank is {1, 1, elements}.
  ImageShape image(Value value) const;
  /// Floats of this value that `rows` rows take in its layout.
  int64_t floats(Value value, int64_t rows) const;

  /// How many floats of a value the rows of a step take; lanes come in whole groups.
  struct Extent {
    int64_t unit;  ///< Floats of one row, or of one group of lanes.
    Layout layout;
    int64_t operator()(const Step& step) const {
      return (layout == Layout::rows ? step.rows : groups(step.rows)) * unit;
    }
  };
  Extent extent(Value value) const { return {floats(value, 1), layout(value)}; }

  /// A new value of the current layer whose gradient is needed when `depends_on_weights` (and the layer is not frozen)
  /// or one of `inputs`' is.
  Value value(const Shape& shape, Layout layout, std::span<const Value> inputs, bool depends_on_weights = false);
  /// The same data as `value` under another shape, in rows.
  Value reshaped(Value value, const Shape& shape);
  /// The value in the wanted layout, converted when it lies otherwise.
  Value in(Layout layout, Value value);

  /// Outside of training, `emit` appends the kernel of `value` once the value is used, so that the kernel also does
  /// what layers right behind it have added to the epilogue.
  void defer(Value value, const Epilogue& epilogue, std::function<void(const Epilogue&)> emit);
  /// Whether the kernel of `value` can multiply and add channel by channel, and has it do so.
  bool absorbs_affine(Value value) const;
  void absorb_affine(Value value, Buffer scale, Buffer offset);
  /// Has the kernel of `value` rectify up to `ceiling`, if it can; returns whether it does.
  bool absorb_relu(Value value, float ceiling = std::numeric_limits<float>::infinity());

  /// A value that is fed: input number `input` of the examples, as float32 · scale + offset. Gathered when first used.
  Value fed(const Shape& shape, int input, float scale = 1, float offset = 0);
  /// When `value` is fed unscaled, the same input scaled; else a handle with id -1.
  Value rescaled_feed(Value value, float scale, float offset);

  /// Says that `value` is `image` with zeros around it, so that kernels may go over the image's border instead.
  struct ZeroPadded {
    Value image;
    int64_t top, left;
  };
  void link_padding(Value value, const ZeroPadded& padded) { values_[value.id].padded = padded; }
  /// What was said, if it was.
  const std::optional<ZeroPadded>& padding(Value value) const { return values_[value.id].padded; }

  /// Says that `value` is an activation of `logits`, so that losses may start from these.
  void link_logits(Value value, Value logits, Activation activation);
  /// The logits linked with this activation, or a handle with id -1.
  Value logits(Value value, Activation activation) const;

  /// A buffer of so many floats for each row of the batch.
  Buffer allocate_rows(int64_t floats_of_row, Layout layout = Layout::rows);
  /// A buffer that a value would fit in.
  Buffer allocate_like(Value value) { return allocate_rows(element_count(shape(value)), layout(value)); }
  /// Scratch memory or anything else of the current call; contents live from the first call that names it to the last.
  Buffer allocate(int64_t floats);
  /// Appends a call.
  void call(KernelCall call);
  /// Appends a call that depends on weights alone: run in each training step, once otherwise.
  void prepare(KernelCall call);
  /// Registers what appends the reverse calls; dropped outside of training.
  void backward(std::function<void()> emit);

  bool needs_gradient(Value value) const { return training() && values_[value.id].needs_gradient; }
  /// The gradient of a value once all that use it have written theirs; empty when none did. It may be overwritten.
  Buffer gradient(Value value);
  /// A buffer for one more contribution to the gradient of a value, in its layout; to be written whole.
  Buffer gradient_target(Value value) { return add_gradient(value, allocate_like(value), false); }
  /// Adds a contribution that lies in a buffer already.
  void pass_gradient(Value value, Buffer gradient) { add_gradient(value, gradient, false); }

  /// Says that a value is max(0, z), and that its layer turns its gradient to that of z where this is still to be done.
  void mark_rectified(Value value) { values_[value.id].rectified = true; }
  bool rectified(Value value) const { return values_[value.id].rectified; }
  /// Offers to apply the rectifier where a value is written: the call that writes it looks at the flag when it runs.
  void offer_rectifier(Value value, std::shared_ptr<bool> flag) { values_[value.id].rectifier = std::move(flag); }
  /// Has a value rectified where it is written, if its layer offers that and no other layer reads it. Returns whether.
  bool rectify(Value value);
  /// As `gradient_target` for a rectified value, by a call that writes zero where the value is zero: it reads the value
  /// anyway, or saves a walk through memory.
  Buffer rectified_gradient_target(Value value) { return add_gradient(value, allocate_like(value), true); }
  /// Whether all contributions to the gradient are zero where the value is zero. To be asked before `gradient`.
  bool gradient_rectified(Value value) const;

  /// Where a call writes the gradient of a weight: `pointer(step)`. A second use of a shared weight is added.
  class WeightGradient {
   public:
    float* pointer(const Step& step) const { return temporary_ ? step[temporary_] : step.gradients + offset_; }
    std::vector<Buffer> writes() const { return temporary_ ? std::vector<Buffer>{temporary_} : std::vector<Buffer>{}; }

   private:
    friend class PlanBuilder;
    int64_t offset_ = 0;
    Buffer temporary_;
  };
  WeightGradient weight_gradient(int64_t offset, int64_t size);

 private:
  struct ValueInfo {
    Shape shape;
    Layout layout;
    Buffer data;
    bool needs_gradient = false;
    std::vector<Buffer> gradients;
    bool rectified = false;
    std::shared_ptr<bool> rectifier;
    int readers = 0;                 // nodes that read it, and outputs of the graph
    size_t rectified_gradients = 0;  // how many of them
    std::vector<std::pair<Layout, Value>> conversions;
    int fed_input = -1;
    float scale = 1, offset = 0;
    int logits = -1;
    Activation activation = Activation::linear;
    std::optional<ZeroPadded> padded;
    Epilogue epilogue;
    std::function<void(const Epilogue&)> emit;  // of its kernel, while it is deferred
  };
  /// Numbers of calls.
  struct BufferLife {
    int first = -1, last = -1;
    int64_t rows = 0;  // at most, at once; less than the batch where one run of row blocks names it and none else
  };
  struct Reverse {
    std::string node;
    uint32_t layer_index;
    bool frozen;
    std::function<void()> emit;
  };

  PlanBuilder(const Graph& graph, PlanMode mode, Plan& plan) : graph_(graph), mode_(mode), plan_(plan) {}
  std::vector<Value> build_nodes();
  void emit_deferred(Value value);
  int readers(int node) const;
  void build_scores(const CompileConfig& compile, const std::vector<Value>& outputs);
  void build_weight_sum(const ScoreTarget& target);
  void build_reverse();
  void build_penalties();
  void drop_unused();
  std::vector<BufferLife> buffer_lives() const;
  std::vector<int64_t> placed_sizes(const std::vector<BufferLife>& lives);
  void place_buffers();
  Buffer add_gradient(Value value, Buffer gradient, bool rectified);
  Value gathered(Value fed, Layout layout);
  Value converted(Value value, Layout layout);

  const Graph& graph_;
  PlanMode mode_;
  Plan& plan_;
  std::string node_;
  uint32_t layer_index_ = 0;
  bool frozen_ = false;
  int penalty_sum_ = 0;
  std::vector<ValueInfo> values_;
  BufferSizes sizes_;
  std::vector<Buffer> kept_;  // buffers whose contents outlive the list of calls
  std::vector<Reverse> reverse_;
  std::vector<int64_t> written_weights_;
  std::vector<std::pair<WeightGradient, int64_t>> pending_sums_;
};

}  // namespace sluice
