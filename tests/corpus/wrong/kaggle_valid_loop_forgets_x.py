# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax, jax.numpy as jnp, optax
from flax import nnx

class CFG:
    amp = jnp.bfloat16

def half(t): return jax.tree.map(lambda a: a.astype(CFG.amp), t)

def predict(p, xb):
    p = half(p)
    out = jnp.dot(xb, p['kernel']) + p['bias']
    return out.astype(CFG.amp)

def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {'kernel': m.kernel[...], 'bias': m.bias[...]}
    tr_x, tr_y = half((x, y))

    # --- train
    def train_loss(p):
        preds = predict(p, tr_x)
        return ((preds - tr_y) ** 2).mean().astype(jnp.float32) * loss_scale
    g = jax.tree.map(lambda t: t / loss_scale, jax.grad(train_loss)(p))
    opt = optax.sgd(lr)
    u, _ = opt.update(g, opt.init(p))
    p = optax.apply_updates(p, u)

    # --- valid
    val_x, val_y = x, half(y)
    preds = predict(p, val_x)  #@ uncast-inputs
    score = ((preds - val_y) ** 2).mean()
    return score.astype(jnp.float32).reshape(1)
