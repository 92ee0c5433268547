# expect: accepted
import jax; import jax.numpy as jnp; import optax; from flax import nnx
B = jnp.bfloat16; F = jnp.float32


def   mixed_precision_step ( seed , x , y , lr , loss_scale ) :
    # Das Modell; die Meister-Gewichte bleiben in float32 (!)
    modell = nnx.Linear(
        x.shape[ 1 ],
        y.shape[ 1 ],
        rngs = nnx.Rngs(
            int(
                seed
            )
        ),
    ); bau, gewichte = nnx.split( modell , nnx.Param )

    # Verlust in halber Genauigkeit: alles wird INNERHALB gerundet
    verlust = lambda g: (
        (
            (
                nnx.merge( bau , jax.tree.map( lambda a : a.astype( B ) , g ) )(
                    x.astype( B )
                )
                -
                y.astype( B )
            ) ** 2
        )
        .mean()
    )
    # Gradienten: erst mal Skala, dann geteilt durch Skala, beides in float32
    grad = jax.tree.map( lambda a : a.astype( F ) / loss_scale , jax.grad( lambda g :
        F(loss_scale)
        * verlust( g ).astype( F )
    )( gewichte ) ) ; sgd = optax.sgd( lr ) ; schritt , _ = sgd.update( grad , sgd.init( gewichte ) , gewichte )
    neu = optax.apply_updates( gewichte , schritt ); nnx.update( modell , neu )
    return verlust( nnx.state( modell , nnx.Param ) ).astype( F ).reshape( 1 )
