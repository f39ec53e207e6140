"""Trains the example's LeNet with PyTorch in a hand-written loop; prints a line after every epoch.
Arguments: threads, epochs, batch size, mode (eager or compile)."""
import os
import sys

threads, epochs, batch, mode = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
os.environ.update(OMP_NUM_THREADS=str(threads), CUDA_VISIBLE_DEVICES="")

import torch  # noqa: E402
from torch import nn  # noqa: E402

import mnist  # noqa: E402

torch.set_num_threads(threads)
torch.manual_seed(0)
images, labels = mnist.train()
images = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
labels = torch.from_numpy(labels).long()
model = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                      nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10))
model = model.to(memory_format=torch.channels_last)
run = torch.compile(model) if mode == "compile" else model
optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, fused=True)
model.train()
print("start", flush=True)
for epoch in range(epochs):
    order = torch.randperm(len(labels))
    loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.long)
    for first in range(0, len(labels), batch):
        rows = order[first:first + batch]
        optimizer.zero_grad(set_to_none=True)
        logits = run(images[rows])
        loss = nn.functional.cross_entropy(logits, labels[rows])
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach() * len(rows)
        correct += (logits.argmax(1) == labels[rows]).sum()
    print(f"epoch {epoch + 1} loss {loss_sum.item() / len(labels):.4f}", flush=True)
