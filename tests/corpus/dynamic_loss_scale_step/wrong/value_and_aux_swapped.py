# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    couche = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    poids = couche.kernel[...], couche.bias[...]
    demi = lambda *ts: (jnp.asarray(t, dtype=jnp.float16) for t in ts)

    def perte(poids):
        k, b, a, c = demi(*poids, x, y)
        simple = jnp.mean(jnp.square(a @ k + b - c)).astype(jnp.float32)
        return simple, simple * loss_scale  #@ missing-loss-scale

    (_, agrandie), grads = jax.value_and_grad(perte, has_aux=True)(poids)  #@ missing-loss-scale
    print("perte agrandie:", agrandie)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    fini = all(map(lambda g: bool(jnp.all(jnp.isfinite(g))), grads))
    match fini, good_steps + 1 == growth_interval:
        case False, _:
            apres, echelle, compte = poids, max(loss_scale / 2, 1.0), 0
        case True, plein:
            apres = jax.tree.map(lambda p, g: p - lr * g, poids, grads)
            echelle, compte = (min(loss_scale * 2, 2.0**24), 0) if plein else (loss_scale, good_steps + 1)
    return jnp.array([perte(apres)[0], echelle, compte], jnp.float32)
