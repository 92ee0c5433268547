# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_bf16(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def make_loss(graphdef):
    def loss_fn(params, xb, yb):
        model = nnx.merge(graphdef, to_bf16(params))
        pred = model(xb.astype(jnp.bfloat16))
        return jnp.mean((pred - yb.astype(jnp.bfloat16)) ** 2)
    return loss_fn


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    loss_fn = make_loss(graphdef)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def body(acc, batch):
        grads = jax.grad(loss_fn)(params, *batch)
        # carry input and output must have the same type
        acc = jax.tree.map(lambda a, g: (a + g).astype(a.dtype), acc, grads)  #@ low-precision-accumulator
        return acc, None

    zeros = jax.tree.map(jnp.zeros_like, to_bf16(params))  #@ low-precision-accumulator
    acc, _ = jax.lax.scan(body, zeros, (xs, ys))
    mean = jax.tree.map(lambda a: a.astype(jnp.float32) / micro_batches, acc)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
