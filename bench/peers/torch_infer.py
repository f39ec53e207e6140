"""Runs a PyTorch network on random rows until it is stopped.
Arguments: network, batch size, threads, samples of a window, mode (eager, compile or script)."""
import sys

network, batch, threads, window, mode = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]

import torch  # noqa: E402

import torch_networks  # noqa: E402
import windows  # noqa: E402

torch.set_num_threads(threads)
torch.set_flush_denormal(True)
x = torch.rand(batch, *torch_networks.INPUT_SHAPES[network]).contiguous(memory_format=torch.channels_last)
model = getattr(torch_networks, network)().eval().to(memory_format=torch.channels_last)
with torch.no_grad():
    if mode == "compile":
        import torch._inductor.config
        torch._inductor.config.freezing = True
        model = torch.compile(model)
    if mode == "script":
        model = torch.jit.optimize_for_inference(torch.jit.trace(model, x))
    windows.run(lambda: torch.softmax(model(x), 1), batch, window)
