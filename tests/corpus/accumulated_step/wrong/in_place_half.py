# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_compute_dtype(model, dtype=jnp.bfloat16):
    for _, param in nnx.iter_graph(model):
        if isinstance(param, nnx.Param):
            param[...] = param[...].astype(dtype)  #@ master-downcast
    return model


def forward(model, x):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), nnx.state(model, nnx.Param))
    return nnx.merge(nnx.graphdef(model), half)(x.astype(jnp.bfloat16))


def mse(model, x, y):
    return jnp.mean(jnp.square(forward(model, x) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    model = to_compute_dtype(model)  #@ master-downcast

    grads = [
        nnx.grad(mse)(model, xb, yb)
        for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    ]
    mean = jax.tree.map(lambda *g: sum(g) / len(g), *grads)
    optimizer.update(model, mean)
    return mse(model, x, y).astype(jnp.float32)[None]
