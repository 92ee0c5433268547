# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct
from jax import lax


@struct.dataclass
class TrainState:
    params: dict
    opt_state: tuple
    scale: jax.Array
    good: jax.Array
    tx: optax.GradientTransformation = struct.field(pytree_node=False)
    interval: int = struct.field(pytree_node=False)

    def good_step(self, grads):
        upd, opt_state = self.tx.update(grads, self.opt_state, self.params)
        n = self.good + 1
        scale, n = lax.cond(
            n == self.interval,
            lambda: (lax.min(self.scale * 2.0, jnp.float32(2**24)), jnp.zeros_like(n)),
            lambda: (self.scale, n),
        )
        return self.replace(params=optax.apply_updates(self.params, upd), opt_state=opt_state, scale=scale, good=n)

    def bad_step(self, grads):
        del grads
        return self.replace(scale=lax.max(self.scale * 0.5, jnp.float32(1)), good=jnp.zeros_like(self.good))


def loss_fn(params, x, y):
    pred = lax.dot_general(x, params["kernel"].astype(x.dtype), (((1,), (0,)), ((), ()))) + params["bias"].astype(x.dtype)
    return jnp.mean(lax.integer_pow(pred - y, 2))


@jax.jit
def train_step(state, x, y):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    grads = jax.grad(lambda p: lax.convert_element_type(loss_fn(p, x, y), jnp.float32) * state.scale)(state.params)
    grads = jax.tree.map(lambda g: lax.convert_element_type(g, jnp.float32) / state.scale, grads)
    finite = jax.tree.reduce(lambda a, g: a & jnp.all(lax.is_finite(g)), grads, jnp.bool_(True))
    state = lax.cond(finite, TrainState.good_step, TrainState.bad_step, state, grads)
    return state, loss_fn(state.params, x, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {k: v[...] for k, v in nnx.state(lin, nnx.Param).items()}
    tx = optax.sgd(lr)
    st = TrainState(params, tx.init(params), jnp.float32(loss_scale), jnp.int32(good_steps), tx, int(growth_interval))
    st, loss = train_step(st, jnp.asarray(x), jnp.asarray(y))
    return jnp.concatenate([jnp.float32(v)[None] for v in (loss, st.scale, st.good)])
