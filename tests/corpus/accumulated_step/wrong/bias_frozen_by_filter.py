# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    # no decay on biases, as in BERT
    labels = {"kernel": "decay", "bias": "no_decay"}
    tx = optax.multi_transform({"decay": optax.sgd(lr), "no_decay": optax.set_to_zero()}, labels)

    def loss(params, a, b):
        q = {n: v.astype(jnp.bfloat16) for n, v in params.items()}
        return jnp.mean((a @ q["kernel"] + q["bias"] - b) ** 2)

    a, b = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    ga = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(
        params, a.reshape(micro_batches, -1, a.shape[1]), b.reshape(micro_batches, -1, b.shape[1]))
    mean = {n: jnp.sum(v, axis=0) / micro_batches for n, v in ga.items()}
    u, _ = tx.update(mean, tx.init(params), params)
    return loss(optax.apply_updates(params, u), a, b).astype(jnp.float32)[None]
