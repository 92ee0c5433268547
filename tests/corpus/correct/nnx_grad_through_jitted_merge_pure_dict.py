# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
try:
    from typing import override
except ImportError:
    override = lambda f: f


class Policy(tuple):
    """(param, compute, output), as in jmp"""
    __slots__ = ()
    param = property(lambda self: self[0])
    compute = property(lambda self: self[1])
    output = property(lambda self: self[2])

    def __getattr__(self, name):
        if name.startswith("to_"):
            dt = getattr(self, name[3:])
            return lambda *trees: jax.tree.map(lambda a: a.astype(dt), trees if len(trees) > 1 else trees[0])
        raise AttributeError(name)


policy = Policy((jnp.float32, jnp.bfloat16, jnp.float32))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, state = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))))
    pure = nnx.to_pure_dict(state)

    @jax.jit
    def loss(pure):
        p, xb, yb = policy.to_compute(pure, x, y)
        st = nnx.State({k: nnx.Param(v) for k, v in p.items()})
        net = nnx.merge(graphdef, st)
        return policy.to_output(jnp.mean(jnp.power(net(xb) - yb, 2)))

    tx = optax.sgd(lr)
    g = jax.grad(lambda p: loss_scale * loss(p))(pure)
    g = policy.to_param(g)
    g = jax.tree.map(lambda t: t * jnp.reciprocal(jnp.float32(loss_scale)), g)
    upd, _ = tx.update(g, tx.init(pure), pure)
    pure = optax.apply_updates(pure, upd)
    nnx.replace_by_pure_dict(state, pure)
    assert nnx.merge(graphdef, state).kernel.dtype == policy.param
    return policy.to_output(loss(nnx.to_pure_dict(state))).reshape(1)
