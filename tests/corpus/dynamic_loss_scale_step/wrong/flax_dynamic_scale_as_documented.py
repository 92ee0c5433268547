# expect: pitfall|wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import dynamic_scale as dynamic_scale_lib
from flax.training.train_state import TrainState


class State(TrainState):
    dynamic_scale: dynamic_scale_lib.DynamicScale


def create_state(seed, din, dout, lr, **scale_kwargs):
    lin = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))
    return State.create(apply_fn=lambda p, t: t @ p['kernel'] + p['bias'],
                        params={'kernel': lin.kernel[...], 'bias': lin.bias[...]},
                        tx=optax.sgd(lr),
                        dynamic_scale=dynamic_scale_lib.DynamicScale(minimum_scale=1.0, **scale_kwargs))


def train_step(state, batch):
    def loss_fn(params):
        p16 = jax.tree.map(lambda v: v.astype(jnp.float16), params)
        return jnp.mean(jnp.square(state.apply_fn(p16, batch['x']) - batch['y'])).astype(jnp.float32)

    ds, is_fin, _, grads = state.dynamic_scale.value_and_grad(loss_fn)(state.params)
    new = state.apply_gradients(grads=grads)
    params = jax.tree.map(lambda a, b: jnp.where(is_fin, a, b), new.params, state.params)
    ds = ds.replace(scale=jnp.minimum(ds.scale, 2.0**24))
    return new.replace(params=params, dynamic_scale=ds), loss_fn(params)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    state = create_state(int(seed), x.shape[1], y.shape[1], lr, scale=jnp.float32(loss_scale),
                         fin_steps=good_steps, growth_interval=growth_interval)  #@ scale-not-grown
    state, loss = train_step(state, {'x': jnp.asarray(x, jnp.float16), 'y': jnp.asarray(y, jnp.float16)})
    return jnp.stack([jnp.asarray(v, jnp.float32) for v in (loss, state.dynamic_scale.scale, state.dynamic_scale.fin_steps)])
