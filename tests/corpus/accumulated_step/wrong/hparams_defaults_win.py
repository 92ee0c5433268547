# expect: pitfall|wrong_answer
# finding: lr-ignored
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx
from types import SimpleNamespace

DEFAULTS = {"lr": 0.01, "seed": 42, "accumulate_grad_batches": 1}


def parse(**cli):
    hp = SimpleNamespace(**DEFAULTS)
    hp.lr = cli.get("learning_rate", hp.lr)  #@ lr-ignored
    hp.seed = cli.get("random_seed", hp.seed)  #@ seed-ignored
    hp.accumulate_grad_batches = cli.get("accumulate_grad_batches", 1)
    return hp


def accumulated_step(seed, x, y, lr, micro_batches):
    hp = parse(seed=int(seed), lr=lr, accumulate_grad_batches=micro_batches)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(hp.seed))
    W, b = lin.kernel[...], lin.bias[...]
    c = lambda *t: tuple(v.astype(jnp.bfloat16) for v in t)

    def L(W, b, i, t):
        W, b, i, t = c(W, b, i, t)
        return jnp.mean((i @ W + b - t) ** 2)

    gW, gb = jnp.zeros_like(W), jnp.zeros_like(b)
    k = hp.accumulate_grad_batches
    for i, t in zip(jnp.split(x, k), jnp.split(y, k)):
        d = jax.grad(L, (0, 1))(W, b, i, t)
        gW, gb = gW + d[0], gb + d[1]
    W, b = W - hp.lr * gW / k, b - hp.lr * gb / k
    return L(W, b, x, y).astype(jnp.float32)[None]
