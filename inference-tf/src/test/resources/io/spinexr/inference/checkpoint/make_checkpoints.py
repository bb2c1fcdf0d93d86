"""Writes checkpoints in every supported format into the folder named by the first argument."""
import collections
import json
import os
import pickle
import struct
import sys

import numpy as np
import torch

os.chdir(sys.argv[1])
base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8 - 1
state = collections.OrderedDict(
    float32=base,
    transposed=base.t(),
    part_of_shared=base[1:3, 2:5],
    float64=base.double(),
    float16=torch.tensor([1.5, -2.0, 6e-8, 65504.0, float('inf'), -0.0], dtype=torch.float16),
    bfloat16=torch.tensor([1.5, -2.0, 3e38], dtype=torch.bfloat16),
    int64=torch.tensor(7),
    uint8=torch.tensor([0, 255], dtype=torch.uint8),
    boolean=torch.tensor([True, False]),
    parameter=torch.nn.Parameter(torch.tensor([0.25])),
    empty=torch.zeros(0, 3))
whole = {
    'model': state,
    'iteration': 9999,
    'best': -1.25,
    'name': 'Köln',
    'scheduler': {'milestones': collections.Counter([5000, 7500]), 'last_lr': [0.01], 'warm': None, 'on': True},
    'optimizer': {'state': {0: {'momentum_buffer': torch.ones(3)}}, 'param_groups': [{'params': [0], 'lr': 0.01}]},
}
torch.save(whole, 'zip.pth')
torch.save(state, 'bare.pth')
torch.save(whole, 'protocol4.pth', pickle_protocol=4)
torch.save({'state_dict': state}, 'legacy.pth', _use_new_zipfile_serialization=False)
torch.save({'model_state_dict': state, 'loss': torch.tensor(0.5)}, 'named.pth')
torch.save({'model': {'module.' + name: tensor for name, tensor in state.items()}, 'ema': {}}, 'parallel.pth')
torch.save({'state_dict': {'model._orig_mod.' + name: tensor for name, tensor in state.items()}}, 'compiled.pth')
torch.save({'ema': state, 'epoch': 3}, 'elsewhere.pth')

header, data = {'__metadata__': {'format': 'pt'}}, b''
for name, dtype, array in (
        ('float32', 'F32', base.numpy()),
        ('float16', 'F16', state['float16'].numpy()),
        ('int64', 'I64', np.array(7, dtype=np.int64))):
    header[name] = {'dtype': dtype, 'shape': list(array.shape), 'data_offsets': [len(data), len(data) + array.nbytes]}
    data += array.tobytes()
text = json.dumps(header).encode()
with open('plain.safetensors', 'wb') as file:
    file.write(struct.pack('<Q', len(text)) + text + data)


class Malicious:
    def __reduce__(self):
        return os.system, ('touch executed',)


torch.save({'model': state, 'extra': Malicious()}, 'malicious.pth')
torch.save({'model': state, 'extra': Malicious()}, 'malicious-legacy.pth', _use_new_zipfile_serialization=False)
with open('no-checkpoint.pkl', 'wb') as file:
    pickle.dump({'weights': [1, 2, 3], 'more': 'text to be long enough'}, file)

print(json.dumps({name: [list(tensor.shape), [str(x) for x in tensor.detach().double().flatten().tolist()]]
                  for name, tensor in state.items()}))
