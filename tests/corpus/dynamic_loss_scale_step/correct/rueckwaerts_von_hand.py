# expect: accepted
import jax.numpy as jnp
import numpy as np
from flax import nnx

HALB = jnp.float16


def vorwaerts(kern, versatz, x, y):
    fehler = (x @ kern + versatz) - y
    return fehler, jnp.mean(fehler * fehler)


def rueckwaerts(fehler, x, faktor):
    # d(verlust32 * faktor)/d(verlust32) = faktor; durch den Cast wird er float16
    kette = jnp.asarray(faktor, jnp.float32).astype(HALB)
    kette = (kette.astype(jnp.float32) / fehler.size).astype(HALB)   # Mittelwert
    d_fehler = kette * (fehler * 2)                                   # Quadrat
    return x.T @ d_fehler, d_fehler.sum(axis=0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    schicht = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W = jnp.array(schicht.kernel[...])
    b = jnp.array(schicht.bias[...])
    xh = jnp.asarray(x, HALB)
    yh = jnp.asarray(y, HALB)

    fehler, verlust = vorwaerts(W.astype(HALB), b.astype(HALB), xh, yh)
    skaliert = verlust.astype(jnp.float32) * loss_scale  # nur zum Ansehen
    dW, db = rueckwaerts(fehler, xh, loss_scale)
    assert dW.dtype == db.dtype == HALB and skaliert.dtype == jnp.float32
    dW = dW.astype(jnp.float32) / loss_scale
    db = db.astype(jnp.float32) / loss_scale

    alles_endlich = np.isfinite(np.asarray(dW)).all() and np.isfinite(np.asarray(db)).all()
    zaehler = 0
    if alles_endlich:
        W = W - lr * dW
        b = b - lr * db
        zaehler = good_steps + 1
        if zaehler == growth_interval:
            zaehler = 0
            loss_scale = min(loss_scale * 2.0, 16777216.0)
    else:
        loss_scale = max(loss_scale * 0.5, 1.0)

    _, verlust = vorwaerts(W.astype(HALB), b.astype(HALB), xh, yh)
    return jnp.asarray(np.array([np.float32(verlust), loss_scale, zaehler], np.float32))
