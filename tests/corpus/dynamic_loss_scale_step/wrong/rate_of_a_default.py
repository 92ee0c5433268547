# expect: wrong_answer
# finding: scale-not-grown
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def make_optimizer(learning_rate: float = 1e-2) -> optax.GradientTransformation:
    """Plain SGD."""
    return optax.sgd(learning_rate)


def cast(tree, dtype):
    return jax.tree.map(lambda a: jnp.asarray(a, dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x16, y16 = cast((x, y), jnp.float16)

    def loss_fn(params):
        model = nnx.merge(graphdef, cast(params, jnp.float16))
        return jnp.mean(jnp.square(model(x16) - y16)).astype(jnp.float32)

    tx = make_optimizer()  #@ lr-ignored
    opt_state = tx.init(params)

    dynamic_scale = DynamicScale(
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=growth_interval,  #@ scale-not-grown
        fin_steps=good_steps,
        scale=jnp.float32(loss_scale),
        minimum_scale=1.0,
    )
    dynamic_scale, is_fin, _, grads = dynamic_scale.value_and_grad(loss_fn)(params)

    updates, new_opt_state = tx.update(grads, opt_state, params)
    new_params = optax.apply_updates(params, updates)
    params, opt_state = jax.tree.map(
        lambda new, old: jnp.where(is_fin, new, old), (new_params, new_opt_state), (params, opt_state)
    )

    scale = jnp.minimum(dynamic_scale.scale, jnp.float32(2**24))
    count = jnp.asarray(dynamic_scale.fin_steps, jnp.float32)
    return jnp.stack([loss_fn(params), scale, count])
