# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax, jax.numpy as j
from flax import nnx
T=jax.tree.map;F=j.float32;H=j.float16
def dynamic_loss_scale_step(seed,x,y,lr,loss_scale,good_steps,growth_interval):
    m=nnx.Linear(x.shape[1],y.shape[1],rngs=nnx.Rngs(int(seed)));p={'k':m.kernel[...],'b':m.bias[...]}
    L=lambda p:(lambda p:((H(x)@p['k']+p['b']-H(y))**2).mean())(T(H,p))
    g=T(F,jax.grad(lambda p:F(L(p))*loss_scale)(p))
    unscale=lambda g:T(lambda a:a/loss_scale,g)
    finite=lambda g:jax.tree.all(T(lambda a:bool(j.isfinite(a).all()),g))
    k=finite(unscale(g))
    p=T(lambda a,b:a-lr*b,p,g)if k else p #@ unscaled-grads
    n=k*(good_steps+1)
    s=max(1.,loss_scale/2)if not k else min(2.**24,loss_scale*2)if n==growth_interval else loss_scale
    return j.array([F(L(p)),s,n%growth_interval],F)
