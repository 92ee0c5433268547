# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(net)
    cast = lambda t: jax.tree.map(lambda a: jnp.asarray(a, jnp.float16), t)
    xs, ys = cast((x, y))

    def mse(state):
        return jnp.mean((nnx.merge(graphdef, cast(state))(xs) - ys) ** 2)

    # DynamicScale grows when fin_steps *was* growth_interval already
    ds = DynamicScale(scale=loss_scale, fin_steps=good_steps, growth_interval=growth_interval - 1, minimum_scale=1.0)
    ds, is_fin, _, grads = ds.value_and_grad(lambda s: mse(s).astype(jnp.float32))(masters)
    masters = jax.tree.map(lambda w, g: jax.lax.select(jnp.broadcast_to(is_fin, w.shape), w - lr * g, w), masters, grads)
    scale = jnp.minimum(ds.scale, 2.0**24)
    return jnp.stack([mse(masters).astype(jnp.float32), scale.astype(jnp.float32), ds.fin_steps.astype(jnp.float32)])
