# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    old = nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))).to_pure_dict()
    as16 = lambda t: optax.tree.cast(t, "float16")

    def loss_fn(p):
        pred = jnp.einsum("ni,io->no", as16(x), p["kernel"]) + p["bias"]
        return optax.losses.squared_error(pred, as16(y)).mean()

    def scaled(p):
        loss = loss_fn(p)
        return loss.astype("float32") * loss_scale, loss

    grads, loss_before = jax.grad(scaled, has_aux=True)(as16(old))
    grads = jax.tree.map(lambda g: g.astype("float32") / loss_scale, grads)
    ok = jax.tree.reduce(lambda a, g: a & jnp.isfinite(g).all(), grads, jnp.array(True))
    opt = optax.sgd(lr)
    upd, _ = opt.update(grads, opt.init(old))
    new = optax.apply_updates(old, upd)
    params = optax.incremental_update(new, old, step_size=ok.astype("float32"))  #@ masked-by-multiplication
    n = good_steps + 1
    table = {True: (min(2 * loss_scale, 2.0**24), 0) if n == growth_interval else (loss_scale, n),
             False: (max(loss_scale / 2, 1.0), 0)}
    scale, count = table[bool(ok)]
    return jnp.array([loss_fn(as16(params)), scale, count], "float32")
