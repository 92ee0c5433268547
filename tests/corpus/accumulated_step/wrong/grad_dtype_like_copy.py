# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_like(tree, other):
    return jax.tree.map(lambda t, o: t.astype(o.dtype), tree, other)


def half_of(params):
    return jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)


def loss_fn(params, graphdef, x, y):
    pred = nnx.merge(graphdef, half_of(params))(x)
    err = pred - y
    return jnp.mean(jnp.square(err))


def get_mean_grad(params, graphdef, x, y, k):
    copies = half_of(params)
    parts_x, parts_y = jnp.split(x, k), jnp.split(y, k)
    acc = jax.tree.map(jnp.zeros_like, params)
    for i in range(k):
        g = jax.grad(loss_fn)(params, graphdef, parts_x[i], parts_y[i])
        acc = jax.tree.map(lambda a, b: a + b, acc, g)
    mean = jax.tree.map(lambda a: a / k, acc)
    return cast_like(mean, copies)  #@ low-precision-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    grads = get_mean_grad(params, graphdef, xh, yh, micro_batches)
    # the optimizer works in float32
    grads = cast_like(grads, params)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, graphdef, xh, yh).astype(jnp.float32).reshape(1)
