# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gdef, params = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))))
    stages = []
    for name in ("unscale", "clip", "sgd"):
        if name != "clip":
            stages.append(optax.scale(1.0 / loss_scale))  #@ doubly-unscaled-grads
        if name == "sgd":
            stages.append(optax.sgd(lr))
    tx = optax.chain(*stages)  #@ doubly-unscaled-grads

    def mse(p):
        net = nnx.merge(gdef, optax.tree.cast(p, jnp.bfloat16))
        return jnp.mean((net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_scale * mse(p))(params)
    updates, _ = tx.update(grads, tx.init(params), params)  #@ doubly-unscaled-grads
    return mse(optax.apply_updates(params, updates)).reshape(1)
