# expect: pitfall|wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
from flax import nnx, struct
from flax.training import dynamic_scale


class TrainState(struct.PyTreeNode):
    params: dict
    ds: dynamic_scale.DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    ts = TrainState(
        {"kernel": lin.kernel[...], "bias": lin.bias[...]},
        dynamic_scale.DynamicScale(  #@ scale-not-grown
            growth_interval=growth_interval,  #@ scale-not-grown
            fin_steps=good_steps, scale=jnp.float32(loss_scale), minimum_scale=1.0),
    )

    def loss(params):
        q, a, b = jax.tree.map(lambda v: jnp.asarray(v, jnp.float16), (params, x, y))
        return jnp.mean(jnp.square(a @ q["kernel"] + q["bias"] - b)).astype(jnp.float32)

    ds, ok, _, g = ts.ds.value_and_grad(loss)(ts.params)
    ts = ts.replace(ds=ds, params=jax.tree.map(lambda p, d: jnp.where(ok, p - lr * d, p), ts.params, g))
    return jnp.array([loss(ts.params), jnp.minimum(ts.ds.scale, 2.0**24), ts.ds.fin_steps], jnp.float32)
