# SPDX-License-Identifier: Apache-2.0
# Made the files beside it, as clip-retrieval's writer does, with NumPy 2.4.6 and PyArrow 25.0.1:
#   python make.py .
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, os, sys
out=sys.argv[1]; os.makedirs(out+'/img_emb',exist_ok=True); os.makedirs(out+'/text_emb',exist_ok=True); os.makedirs(out+'/metadata',exist_ok=True)
rng=np.random.default_rng(7)
row=0
for n,count in enumerate([5,3,4]):
    e=rng.normal(size=(count,8)).astype('f4'); e/=np.linalg.norm(e,axis=1,keepdims=True)
    np.save(f'{out}/img_emb/img_emb_{n}.npy', e.astype('f2'))
    t=rng.normal(size=(count,8)).astype('f4'); t/=np.linalg.norm(t,axis=1,keepdims=True)
    np.save(f'{out}/text_emb/text_emb_{n}.npy', t.astype('f2'))
    table=pa.table({
        'image_path':[f'images/{row+i:05d}.jpg' for i in range(count)],
        'caption':[None if (row+i)%4==3 else f'scene {row+i} — à la carte' for i in range(count)],
        'url':[f'https://pictures.example/{row+i}.jpg' for i in range(count)],
        'width':pa.array([256+row+i for i in range(count)],pa.int64()),
        'similarity':pa.array([0.25*(i+1) for i in range(count)],pa.float64()),
        'nsfw':pa.array([bool(i%2) for i in range(count)]),
    })
    pq.write_table(table,f'{out}/metadata/metadata_{n}.parquet',compression=['snappy','zstd','none'][n])
    row+=count
