"""Writes checkpoints in every supported format into the folder named by the first argument."""
import collections
import json
import os
import pickle
import struct
import sys
import zipfile

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



def safetensors(name, header):
    with open(name, 'wb') as file:
        file.write(struct.pack('<Q', len(header)) + header + struct.pack('<ff', 1, 2))


def torch_zip(name, pickled, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(name, 'w', compression) as archive:
        archive.writestr('archive/data.pkl', b'\x80\x02' + pickled)
        archive.writestr('archive/data/0', bytes(16))


def text(value):
    return b'X' + struct.pack('<I', len(value)) + value


def tensor(offset):
    """Four floats of which two are used, from an offset on."""
    number = b'\x8a\x08' + struct.pack('<q', offset)
    storage = b'(' + text(b'storage') + b'ctorch\nFloatStorage\n' + text(b'0') + text(b'cpu') + b'K\x04tQ'
    return b'ctorch._utils\n_rebuild_tensor_v2\n(' + storage + number + b'K\x02\x85K\x01\x85tR'


safetensors('other-size.safetensors', b'{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}')
safetensors('half.safetensors', b'{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}')
safetensors('twice.safetensors', b'{%s,%s}' % ((b'"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}',) * 2))
in_itself = b']q\x00h\x00a'
torch_zip('list-as-key.pth', b'ccollections\nOrderedDict\n]' + b']' + in_itself + b'aK\x01aa\x85R.')
torch_zip('tensor-as-key.pth', b'}ctorch._utils\n_rebuild_tensor_v2\n(' + in_itself + b'K\x00K\x01\x85K\x01\x85tRK\x01s.')
torch_zip('far-offset.pth', b'}' + text(b'w') + tensor(2 ** 63 - 1) + b's.')
torch_zip('many-wrappers.pth', b'}' + text(b'module.' * 100000 + b'w') + tensor(0) + b's.')
torch_zip('compressed.pth', b'}' + text(b'w') + tensor(0) + b's.', zipfile.ZIP_DEFLATED)
torch_zip('long-pickle.pth', b'}0' * (8 << 20) + b'N.')
# Two thousand copies of a list of half a million.
torch_zip('copies.pth', b']((' + b'N' * 500000 + b'lq\x00' + b'cbuiltins\nlist\nh\x00\x85R' * 2000 + b'lN.')

print(json.dumps({name: [list(tensor.shape), [str(x) for x in tensor.detach().double().flatten().tolist()]]
                  for name, tensor in state.items()}))
