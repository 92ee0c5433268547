# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

log = []


def bf(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def loss_bf16(model, x, y):
    gdef, st = nnx.split(model, nnx.Param)
    pred = nnx.merge(gdef, bf(st))(bf(x))
    return jnp.mean((pred - bf(y)) ** 2).astype(jnp.float32)


def loss_fp32(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def make(seed, x, y, lr):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    return model, nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)


def one_step(model, opt, x, y, loss_scale):
    g = nnx.grad(lambda m: loss_bf16(m, x, y) * loss_scale)(model)
    g = jax.tree.map(lambda t: t / loss_scale, g)
    opt.update(model, g)
    return g


def mixed_precision_step(seed, x, y, lr, loss_scale):
    # warm up: compile everything on another model and throw it away
    m, o = make(seed + 1, x, y, lr)
    one_step(m, o, x, y, loss_scale)
    del m, o

    model, opt = make(seed, x, y, lr)
    before32, g32 = nnx.value_and_grad(loss_fp32)(model, x, y)     # only for the log
    g = one_step(model, opt, x, y, loss_scale)
    gap = optax.tree.norm(jax.tree.map(lambda a, b: a - b, g, g32))
    log.append(dict(before=before32, gap=gap, after32=loss_fp32(model, x, y),
                    cos=optax.tree.vdot(g, g32), g16=bf(g)))
    return loss_bf16(model, x, y).reshape(1)
