"""Trains a network with PyTorch in a hand-written loop, with shuffling and accuracy, until it is stopped.
Arguments: network, rows, batch size, threads, samples of a window, mode (eager or compile)."""
import sys

network, rows, batch, threads, window, mode = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]), sys.argv[6]

import torch  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

import data  # noqa: E402
import torch_networks  # noqa: E402
import windows  # noqa: E402

torch.set_num_threads(threads)
torch.set_flush_denormal(True)
x, y = map(torch.from_numpy, data.load(rows))
y = y.long()
model = getattr(torch_networks, network)()
if x.dim() == 4:
    x = x.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    model = model.to(memory_format=torch.channels_last)
parameters = model.parameters()
if network in ("founding", "example"):
    optimizer = torch.optim.SGD(parameters, 0.01, momentum=0.9, fused=True)
else:
    optimizer = torch.optim.Adam(parameters, fused=True)
run = torch.compile(model) if mode == "compile" else model
model.train()
done = 0
while True:
    order = torch.randperm(len(y))
    loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.long)
    for chosen in order[:len(y) // batch * batch].split(batch):
        labels = y[chosen]
        optimizer.zero_grad(set_to_none=True)
        logits = run(x[chosen])
        loss = cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach()
        correct += (logits.detach().argmax(1) == labels).sum()
        done += batch
        if done % window == 0:
            loss_sum.item(), correct.item()
            windows.tell()
