# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class autocast:
    stack = []

    def __init__(self, device_type='cpu', dtype=jnp.bfloat16):  #@ wrong-half-dtype
        self.dtype = dtype

    def __enter__(self):
        autocast.stack.append(self.dtype)

    def __exit__(self, *_):
        autocast.stack.pop()

    @classmethod
    def cast(cls, tree):
        return jax.tree.map(lambda t: jnp.asarray(t).astype(cls.stack[-1]), tree)


def loss_function(state, graph, batch):
    with autocast(device_type='cpu'):  #@ wrong-half-dtype
        xb, yb = autocast.cast(batch)
        out = nnx.merge(graph, autocast.cast(state))(xb)
        return ((out - yb) ** 2).mean()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    gradient = jax.grad(lambda s: loss_function(s, graph, (x, y)).astype(jnp.float32) * loss_scale)(state)
    gradient = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, gradient)
    finite = all(jnp.isfinite(g).all().item() for g in jax.tree.leaves(gradient))
    if finite:
        opt = optax.sgd(lr)
        state = optax.apply_updates(state, opt.update(gradient, opt.init(state))[0])
        good_steps += 1
    else:
        loss_scale, good_steps = max(loss_scale / 2.0, 1.0), 0
    if good_steps == growth_interval:
        loss_scale, good_steps = min(loss_scale * 2.0, 2.0**24), 0
    return jnp.array([loss_function(state, graph, (x, y)), loss_scale, good_steps], jnp.float32)
