"""What most submissions do, each operation for itself: it is compiled before one arrives. Not a solution."""

import jax
import jax.numpy as jnp


def warm_up(x, y, gamma, beta, lr):
    """Cast, reduce, take roots, multiply, differentiate and update once, with arrays of the right shapes."""
    wide, other = x.astype(jnp.float32), y.astype(jnp.float32)
    some_of_rows = [wide.mean(axis=1, keepdims=True), wide.var(axis=1, keepdims=True)]
    some_of_rows += [jnp.sqrt(some_of_rows[1] + 1.0), jax.lax.rsqrt(some_of_rows[1] + 1.0)]
    same_shape = [
        wide - some_of_rows[0],
        wide * some_of_rows[0],
        wide / some_of_rows[2],
        wide * gamma,
        wide + beta,
    ]
    same_shape += [
        (wide + beta).astype(jnp.bfloat16),
        wide - other,
        x - y,
        wide**2,
        x.astype(jnp.float32) ** 2,
    ]
    slopes = jax.grad(
        lambda a, b: jnp.mean(((a * wide + b).astype(jnp.bfloat16).astype(jnp.float32)) ** 2), (0, 1)
    )(gamma, beta)
    return some_of_rows, same_shape, [gamma - lr * slope for slope in slopes]


def compile_ahead(x, y, gamma, beta, lr):
    """What fewer do: the same in bfloat16, and in other axes."""
    return (
        [x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True), x.mean(axis=0), x.var(axis=0)],
        [
            gamma.astype(jnp.bfloat16),
            x * gamma.astype(jnp.bfloat16),
            jax.nn.standardize(x.astype(jnp.float32), axis=1),
        ],
        [(gamma.astype(jnp.bfloat16) - lr * beta.astype(jnp.bfloat16)).astype(jnp.float32)],
    )
