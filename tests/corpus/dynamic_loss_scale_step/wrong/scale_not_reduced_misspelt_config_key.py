# expect: pitfall|wrong_answer
# finding: scale-not-reduced
import jax, jax.numpy as jnp
from flax import nnx

AMP = {
    "compute_dtype": "float16",
    "growth": 2.0,
    "backoff": 0.5,  #@ scale-not-reduced
    "min_scale": 1.0,
    "max_scale": 2.0**24,
}


def next_scale(cfg, finite, scale, count, interval):
    if finite:
        count += 1
        if count == interval:
            scale, count = scale * cfg.get("growth", 1.0), 0
    else:
        scale, count = scale * cfg.get("backoff_factor", 1.0), 0  #@ scale-not-reduced
    return min(max(scale, cfg["min_scale"]), cfg["max_scale"]), count


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    dt = AMP["compute_dtype"]
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    xi, yi = (jnp.asarray(a).astype(dt) for a in (x, y))
    loss = lambda w, b: jnp.mean((jnp.einsum("ij,jk->ik", xi, w.astype(dt)) + b.astype(dt) - yi) ** 2)
    dw, db = jax.grad(lambda *p: loss(*p).astype("float32") * loss_scale, argnums=(0, 1))(w, b)
    dw, db = dw.astype("float32") / loss_scale, db.astype("float32") / loss_scale
    finite = bool(jnp.isfinite(dw).all() and jnp.isfinite(db).all())
    if finite:
        w, b = w - lr * dw, b - lr * db
    s, c = next_scale(AMP, finite, loss_scale, good_steps, growth_interval)
    return jnp.array([loss(w, b).astype("float32"), s, c], "float32")
