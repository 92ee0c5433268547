# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def mse(net, xb, yb):
    return jnp.mean(jnp.square(net(xb) - yb))


def total_loss(model, xs, ys):
    net = compute_copy(model)  #@ low-precision-accumulator
    total = jnp.float32(0.0)
    for i in range(xs.shape[0]):
        total = total + mse(net, xs[i], ys[i]).astype(jnp.float32)
    return total


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    xs = jnp.stack(jnp.split(x16, micro_batches))
    ys = jnp.stack(jnp.split(y16, micro_batches))
    grads = nnx.grad(total_loss)(model, xs, ys)
    opt.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return mse(compute_copy(model), x16, y16).astype(jnp.float32)[None]
