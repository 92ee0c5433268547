# expect: pitfall|wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx

DEFAULTS = {"lr": 0.003, "dtype": jnp.bfloat16, "parts": 4}


def loss_fn(params, x, y, cfg):
    h = lambda a: a.astype(cfg["dtype"])
    return jnp.mean((h(x) @ h(params["w"]) + h(params["b"]) - h(y)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    cfg = {"seed": int(seed), "lr": lr, **DEFAULTS}  #@ lr-ignored
    cfg["parts"] = micro_batches

    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(cfg["seed"]))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    optimizer = optax.sgd(cfg["lr"])  #@ lr-ignored
    opt_state = optimizer.init(params)

    total = {k: 0.0 for k in params}
    for xb, yb in zip(jnp.split(x, cfg["parts"]), jnp.split(y, cfg["parts"])):
        g = jax.grad(loss_fn)(params, xb, yb, cfg)
        total = {k: total[k] + g[k] for k in g}
    mean = {k: total[k] / cfg["parts"] for k in total}

    updates, opt_state = optimizer.update(mean, opt_state)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y, cfg).astype(jnp.float32).reshape(1)
