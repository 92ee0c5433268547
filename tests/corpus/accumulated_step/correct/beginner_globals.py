# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

model = None
sum_kernel = None
sum_bias = None


def my_loss(kernel, bias, a, b):
    kernel = kernel.astype(jnp.bfloat16)
    bias = bias.astype(jnp.bfloat16)
    a = a.astype(jnp.bfloat16)
    b = b.astype(jnp.bfloat16)
    p = jnp.dot(a, kernel)
    p = p + bias
    e = p - b
    e2 = e * e
    return jnp.mean(e2)


my_grad = jax.grad(my_loss, argnums=[0, 1])


def do_one_part(a, b):
    global sum_kernel, sum_bias
    result = my_grad(model.kernel[...], model.bias[...], a, b)
    sum_kernel = sum_kernel + result[0]
    sum_bias = sum_bias + result[1]


def accumulated_step(seed, x, y, lr, micro_batches):
    global model, sum_kernel, sum_bias
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    sum_kernel = jnp.zeros((x.shape[1], y.shape[1]))
    sum_bias = jnp.zeros((y.shape[1],))
    how_many_rows = int(x.shape[0] / micro_batches)
    for part in range(micro_batches):
        a = x[part * how_many_rows : part * how_many_rows + how_many_rows, :]
        b = y[part * how_many_rows : part * how_many_rows + how_many_rows, :]
        do_one_part(a, b)
    # now the mean
    mean_kernel = sum_kernel / micro_batches
    mean_bias = sum_bias / micro_batches
    # SGD
    model.kernel[...] = model.kernel[...] - lr * mean_kernel
    model.bias[...] = model.bias[...] - lr * mean_bias
    l = my_loss(model.kernel[...], model.bias[...], x, y)
    l = l.astype(jnp.float32)
    l = jnp.reshape(l, (1,))
    return l
