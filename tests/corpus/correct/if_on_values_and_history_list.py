# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

history = []

def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xb = x.astype(jnp.bfloat16)
    yb = y.astype(jnp.bfloat16)

    def loss_fn(m):
        gd, st = nnx.split(m)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(xb) - yb) ** 2)

    for epoch in range(1):
        loss, grads = nnx.value_and_grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
        history.append(loss.item() / loss_scale)
        if history[-1] > 1:
            print(f"epoch {epoch}: still learning, loss {history[-1]:.4f}")
        else:
            print("nearly there")
        opt.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    history.append(loss_fn(model).item())
    return jnp.array(history[-1:], dtype=jnp.float32)
