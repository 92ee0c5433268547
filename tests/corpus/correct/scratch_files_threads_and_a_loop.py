# expect: accepted
"""The recipe as the lesson teaches it: split, cast, merge, scale, differentiate, unscale, update.

The optimizer and the model keep their float32 parameters; only the loss sees bfloat16.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_bfloat16(model):
    """The compute copy: the same layer with its parameters rounded to bfloat16."""
    graphdef, params = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))


def mse(model, x, y):
    """Mean squared error, computed in bfloat16."""
    pred = in_bfloat16(model)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def _step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled_loss(model):
        return mse(model, x, y).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    optimizer.update(model, grads)

    loss = mse(model, x, y)
    return loss.astype(jnp.float32).reshape(1)


import asyncio, tempfile, os, mmap, threading, concurrent.futures
import numpy as np


async def nothing():
    await asyncio.sleep(0.001)
    return await asyncio.get_running_loop().run_in_executor(None, lambda: 3)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    with tempfile.TemporaryFile() as f:
        f.write(b"abc" * 1000); f.seek(0); assert len(f.read()) == 3000
        os.posix_fallocate(f.fileno(), 0, 10000)
        assert os.fstat(f.fileno()).st_size == 10000
    with tempfile.TemporaryDirectory() as d:
        m = np.memmap(d + "/a", dtype=np.float32, mode="w+", shape=(100,)); m[:] = 1; m.flush(); del m
        np.savez(d + "/b.npz", a=np.ones(3)); np.load(d + "/b.npz")["a"]
    with tempfile.SpooledTemporaryFile(max_size=10) as f:
        f.write(b"x" * 100)
    assert asyncio.run(nothing()) == 3
    with concurrent.futures.ThreadPoolExecutor(4) as p:
        assert list(p.map(abs, [-1, -2])) == [1, 2]
    a = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS); a[:3] = b"abc"; a.close()
    return _step(seed, x, y, lr, loss_scale)
