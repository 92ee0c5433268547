# expect: accepted
from typing import Any
import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class Train:
    step: jax.Array
    params: Any
    opt: Any
    scale: jax.Array
    graph: Any = struct.field(pytree_node=False)
    tx: Any = struct.field(pytree_node=False)

    @classmethod
    def create(cls, module, tx, scale):
        graph, params = nnx.split(module)
        return cls(step=jnp.zeros((), jnp.int32), params=params, opt=tx.init(params),
                   scale=jnp.asarray(scale, jnp.float32), graph=graph, tx=tx)

    def loss(self, params, x, y):
        half = optax.tree.cast(params, jnp.bfloat16)
        err = nnx.merge(self.graph, half)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return (err * err).mean().astype(jnp.float32)


@jax.jit
def advance(st, x, y):
    grads = jax.grad(lambda p: st.loss(p, x, y) * st.scale)(st.params)
    grads = optax.tree.scale(1.0 / st.scale, grads)
    ok = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    upd, opt = st.tx.update(grads, st.opt, st.params)
    new = optax.apply_updates(st.params, upd)
    pick = lambda a, b: jax.tree.map(lambda u, v: jnp.where(ok, u, v), a, b)
    return st.replace(step=st.step + 1, params=pick(new, st.params), opt=pick(opt, st.opt),
                      scale=jnp.where(ok, st.scale, st.scale / 2))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    st = Train.create(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))), optax.sgd(lr), loss_scale)
    st = advance(st, x, y)
    return jnp.array([st.loss(st.params, x, y)])
