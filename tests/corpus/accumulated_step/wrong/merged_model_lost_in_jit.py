# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(model, a, b):
    gd, st = nnx.split(model, nnx.Param)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean(jnp.square(half(a.astype(jnp.bfloat16)) - b.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, state = nnx.split((model, optimizer))

    @jax.jit
    def train(state, xs, ys):
        net, opt = nnx.merge(graphdef, state)
        per = jax.lax.map(lambda ab: jax.grad(lambda s: loss(nnx.merge(nnx.graphdef(net), s), *ab))(nnx.state(net, nnx.Param)), (xs, ys))
        opt.update(net, jax.tree.map(lambda g: g.sum(0) / micro_batches, per))  #@ stale-loss, update-discarded
        return jnp.asarray(True)  #@ stale-loss, update-discarded

    fold = lambda a: jnp.asarray(a).reshape(micro_batches, -1, a.shape[1])
    train(state, fold(x), fold(y)).block_until_ready()  #@ stale-loss, update-discarded
    return loss(model, jnp.asarray(x), jnp.asarray(y)).astype(jnp.float32).reshape(1)
