# expect: pitfall|wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import dynamic_scale as dynamic_scale_lib, train_state


class TrainState(train_state.TrainState):
    dynamic_scale: dynamic_scale_lib.DynamicScale


def apply_fn(params, x):
    p = jax.tree.map(lambda a: a.astype(jnp.float16), params)
    return x.astype(jnp.float16) @ p["kernel"] + p["bias"]


def train_step(state, x, y):
    def loss_fn(params):
        logits = state.apply_fn(params, x)
        return jnp.mean((logits - y.astype(jnp.float16)) ** 2)

    grad_fn = state.dynamic_scale.value_and_grad(lambda p: loss_fn(p).astype(jnp.float32))
    dynamic_scale, is_fin, _, grads = grad_fn(state.params)
    new_state = state.apply_gradients(grads=grads)
    new_state = new_state.replace(
        params=jax.tree.map(lambda a, b: jnp.where(is_fin, a, b), new_state.params, state.params),
        dynamic_scale=dynamic_scale,
    )
    return new_state, loss_fn(new_state.params)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    ds = dynamic_scale_lib.DynamicScale(
        scale=loss_scale,
        fin_steps=good_steps,
        growth_interval=growth_interval,  #@ scale-not-grown
        minimum_scale=1.0,
    )
    state = TrainState.create(
        apply_fn=apply_fn, params=nnx.to_pure_dict(nnx.state(lin)), tx=optax.sgd(lr), dynamic_scale=ds
    )
    state, loss = train_step(state, x, y)
    ds = state.dynamic_scale
    return jnp.stack([loss.astype(jnp.float32), jnp.float32(jnp.minimum(ds.scale, 2.0**24)), jnp.float32(ds.fin_steps)])
