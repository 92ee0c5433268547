"""Which line of a text is to blame for what becomes of the scale: told of texts alone, none is run."""

import textwrap
from collections.abc import Callable

import pytest
from traced import problem

from judge.flow import unavailable
from judge.pitfalls import Clues
from judge.pitfalls.next_scale.checks import check_line, wrong_question
from judge.pitfalls.next_scale.slips.dropped import dropped_division
from judge.pitfalls.next_scale.slips.floors import wrong_floor
from judge.pitfalls.next_scale.slips.shared import shared_state
from judge.pitfalls.next_scale.slips.stopped import stopped_scale
from judge.pitfalls.next_scale.told import Told
from judge.pitfalls.next_scale.where import counted, grown, reduced, unbounded

PROBLEM = "dynamic_loss_scale_step"
HEAD = f"def {PROBLEM}(seed, x, y, lr, loss_scale, good_steps, growth_interval):\n"
MARK = "  #@"
KEPT = Told(pitfall="scale-not-reduced", after="overflow", ratio=1.0)
ONE_NUMBER = Told(pitfall="scale-not-reduced", after="overflow")
QUARTER = Told(pitfall="scale-not-reduced", after="overflow", ratio=0.25)
STUCK = Told(pitfall="scale-not-grown", after="growth", ratio=1.0)
RUNNING = Told(pitfall="count-not-reset", after="overflow")
Line = Callable[[Clues], int | None]


def clues_of(before: str, step: str) -> Clues:
    """A text of what is before the entry point, and what is in it."""
    helpers, lines = (textwrap.dedent(part).strip() + "\n" for part in (before, step))
    source = helpers + HEAD + textwrap.indent(lines, "    ")
    return Clues(problem=problem(PROBLEM), flow=unavailable("not traced"), source=source)


def marked(clues: Clues) -> list[int]:
    return [at for at, line in enumerate(clues.source.splitlines(), start=1) if line.endswith(MARK)]


TEXTS: dict[str, tuple[Line, str, str]] = {
    "a count that is kept, and set to 0 elsewhere": (
        lambda clues: counted(clues, RUNNING),
        "",
        """
        n = jnp.where(finite, good_steps + 1, good_steps)  #@
        due = finite & (n == growth_interval)
        grown = jnp.where(due, loss_scale * 2, loss_scale)
        scale = jnp.where(finite, grown, jnp.maximum(loss_scale / 2, 1.0))
        count = jnp.where(due, 0, n)
        """,
    ),
    "a floor of nothing, of a scale that a count has gone into": (
        lambda clues: wrong_floor(clues, 1.0),
        "",
        """
        q, count = divmod(good_steps + 1, growth_interval)
        scale = loss_scale * 2**q
        scale = min(max(scale, 0.0), 2.0**24)  #@
        """,
    ),
    "factors that a class names in one statement": (
        lambda clues: unbounded(clues, above=False),
        """
        class Scaler:
            growth, backoff = 2.0, 0.5

            def __init__(self, scale):
                self.scale = scale

            def scaled(self, loss):
                return loss.astype(jnp.float32) * self.scale

            def update(self, bad):
                if bad:
                    self.scale = self.scale * self.backoff  #@
        """,
        """
        scaler = Scaler(loss_scale)
        grads = jax.grad(lambda p: scaler.scaled(loss(p)))(p)
        scaler.update(not jnp.isfinite(grads).all())
        return scaler.scale
        """,
    ),
    "a helper that gives the scale alone": (
        lambda clues: counted(clues, Told(pitfall="count-not-reset", after="growth")),
        """
        def next_scale(scale, count, finite, interval):
            if not finite:
                return max(scale / 2, 1.0)
            if count + 1 == interval:
                return min(scale * 2, 2.0**24)
            return scale
        """,
        """
        finite = bool(jnp.isfinite(grads).all())
        return jnp.array([
            loss(p),
            next_scale(loss_scale, good_steps, finite, growth_interval),
            good_steps + int(finite),  #@
        ])
        """,
    ),
    "one number after every overflow": (
        lambda clues: reduced(clues, ONE_NUMBER),
        "",
        """
        if jnp.isfinite(grads).all():
            good_steps += 1
        else:
            good_steps = 0
            loss_scale = 1.0  #@
        """,
    ),
    "a method that halves only sometimes": (
        lambda clues: reduced(clues, KEPT),
        """
        class Scale:
            def __init__(self, scale, good):
                self.scale, self.good = scale, good

            def overflow(self):
                if self.good == 0:
                    self.scale = max(self.scale / 2, 1.0)  #@
                self.good = 0
        """,
        """
        state = Scale(loss_scale, good_steps)
        if jnp.isfinite(grads).all():
            state.good += 1
        else:
            state.overflow()
        """,
    ),
    "a floor that is the scale itself": (
        lambda clues: reduced(clues, KEPT),
        "",
        """
        finite = jnp.isfinite(grads).all()
        halved = loss_scale / 2
        scale = loss_scale if finite else halved
        scale = max(scale, loss_scale)  #@
        scale = min(scale * 2, 2.0**24) if finite and good_steps + 1 == growth_interval else scale
        """,
    ),
    "a copy of a record that nobody keeps": (
        lambda clues: reduced(clues, KEPT),
        """
        class Scale(NamedTuple):
            scale: float
            count: int

            def overflow(self):
                self._replace(scale=max(self.scale / 2, 1.0))  #@
                return self._replace(count=0)
        """,
        """
        state = Scale(loss_scale, good_steps)
        if not jnp.isfinite(grads).all():
            state = state.overflow()
        return state.scale, state.count
        """,
    ),
    "an answer that is given in the loop": (
        lambda clues: (wrong_question(clues) or (None,))[0],
        """
        def finite(grads):
            for grad in grads:
                if not jnp.isfinite(grad).all():
                    return False
                return True  #@
        """,
        "ok = finite(jax.tree.leaves(grads))",
    ),
    "a switch that is misled": (
        lambda clues: reduced(clues, KEPT),
        """
        def shrink(now):
            return jnp.maximum(now / 2, 1.0)
        """,
        """
        finite = jnp.isfinite(grads).all()
        which = jnp.where(finite, 1, 0)  #@
        count = jnp.where(finite, good_steps + 1, 0)
        return jax.lax.switch(which, (lambda now: now, lambda now: now * 2, shrink), loss_scale), count
        """,
    ),
    "a switch that is told where it is": (
        lambda clues: reduced(clues, KEPT),
        "",
        """
        finite = jnp.isfinite(grads).all()
        return jax.lax.switch(1 * finite, [lambda now: now, lambda now: now / 2], loss_scale)  #@
        """,
    ),
    "a method that is called after an overflow": (
        lambda clues: reduced(clues, KEPT),
        """
        class Scaler:
            def good(self):
                return Scaler(min(self.scale * 2, 2.0**24), self.count + 1)

            def bad(self):
                return Scaler(self.scale, 0)  #@
        """,
        """
        finite = jnp.isfinite(grads).all()
        scaler = Scaler(scale=loss_scale, count=good_steps)
        if finite:
            scaler = scaler.good()
        else:
            scaler = scaler.bad()
        """,
    ),
    "a case of a match": (
        lambda clues: reduced(clues, KEPT),
        """
        def after(event, scale, count):
            match event:
                case "good":
                    return scale, count + 1
                case "full":
                    return min(scale * 2, 2.0**24), 0
                case _:
                    return scale, 0  #@
        """,
        "return after(event, loss_scale, good_steps)",
    ),
    "a method that has the name of another's": (
        lambda clues: reduced(clues, KEPT),
        """
        class Scaler:
            def update(self):
                if self.overflowed:
                    self.count = 0  #@
                    return
                self.count += 1
                self.scale = min(self.scale * 2, 2.0**24) if self.count == self.interval else self.scale
        """,
        """
        scaler = Scaler(scale=loss_scale, count=good_steps, interval=growth_interval)
        scaler.overflowed = jnp.isinf(grads).any()
        if not scaler.overflowed:
            optimizer.update(model, grads)
        scaler.update()
        """,
    ),
    "an exception": (
        lambda clues: reduced(clues, KEPT),
        "",
        """
        try:
            check(grads)
            good_steps += 1
            loss_scale = min(loss_scale * 2, 2.0**24) if good_steps == growth_interval else loss_scale
        except Overflow:
            good_steps = 0  #@
        """,
    ),
    "a factor that is a default": (
        lambda clues: reduced(clues, QUARTER),
        """
        class Config:
            growth: float = 2.0
            backoff: float = 0.25  #@
        """,
        """
        finite = jnp.isfinite(grads).all()
        factor = cfg.growth if finite else cfg.backoff
        return loss_scale * factor
        """,
    ),
    "a table of factors": (
        lambda clues: grown(clues, STUCK),
        """
        FACTORS = [
            [0.5, 0.5],
            [1.0, 1.0],  #@
        ]
        """,
        """
        finite = jnp.isfinite(grads).all()
        full = good_steps + 1 >= growth_interval
        return loss_scale * FACTORS[finite][full]
        """,
    ),
    "a library's settings that are handed on": (
        lambda clues: grown(clues, STUCK),
        """
        def made(lr, **settings):
            return DynamicScale(minimum_scale=1.0, **settings)
        """,
        """
        state = made(
            lr,
            growth_interval=growth_interval,  #@
        )
        """,
    ),
    "fields of a named tuple": (
        lambda clues: grown(clues, STUCK),
        """
        Scaler = namedtuple("Scaler", "now good every")

        def after(it):
            doublings = it.good // it.every  #@
            return it._replace(now=min(it.now * 2.0**doublings, 2.0**24), good=it.good + 1)
        """,
        "return after(Scaler(loss_scale, good_steps, growth_interval))",
    ),
    "a count that an object keeps": (
        lambda clues: counted(clues, RUNNING),
        """
        class Scaler:
            def good(self):
                return replace(self, count=self.count + 1)

            def bad(self):
                return replace(self, scale=max(self.scale / 2, 1.0))  #@
        """,
        """
        finite = jnp.isfinite(grads).all()
        it = Scaler(scale=loss_scale, count=good_steps)
        if finite:
            it = it.good()
        else:
            it = it.bad()
        """,
    ),
    "a count in a table of functions": (
        lambda clues: counted(clues, RUNNING),
        """
        AFTER = {
            "good": lambda scale, count: (scale, count + 1),
            "overflow": lambda scale, count: (max(scale / 2, 1.0), count),  #@
        }
        """,
        "scale, count = AFTER[event](loss_scale, good_steps)",
    ),
    "no floor by default": (
        lambda clues: wrong_floor(clues, 1.0),
        """
        def bounded(scale, factor, *,
                    least=None,  #@
                    most=2.0**24):
            return np.clip(scale * factor, least, most)
        """,
        "finite = jnp.isfinite(grads).all()\nreturn bounded(loss_scale, 2.0 if finite else 0.5)",
    ),
    "a power of two": (
        lambda clues: unbounded(clues, above=False),
        "",
        """
        finite = jnp.isfinite(grads).all()
        return min(math.ldexp(loss_scale, 1 if finite else -1), 2.0**24)  #@
        """,
    ),
    "a factor that is known by its numbers alone": (
        lambda clues: unbounded(clues, above=False),
        "",
        """
        finite = jnp.isfinite(grads).all()
        factor = jnp.where(finite, 2.0, 0.5)
        return pipe(loss_scale * lr, lambda now: now * factor)  #@
        """,
    ),
    "an answer that is overwritten": (
        lambda clues: (wrong_question(clues) or (None,))[0],
        """
        def overflowed(tensors):
            for tensor in tensors:
                found = not jnp.isfinite(tensor).all()  #@
            return found
        """,
        "bad = overflowed(grads)",
    ),
    "the first answer": (
        lambda clues: (wrong_question(clues) or (None,))[0],
        """
        def fine(tensors):
            for tensor in tensors:
                return jnp.isfinite(tensor).all()  #@
        """,
        "ok = fine(grads)",
    ),
    "the largest element": (
        lambda clues: (wrong_question(clues) or (None,))[0],
        "",
        """
        peaks = [g.max() for g in grads]  #@
        ok = max(peaks) < jnp.inf
        """,
    ),
    "a state that is updated with its model": (
        shared_state,
        "",
        """
        old = nnx.state(model)  #@
        optimizer.update(model, grads)
        new = nnx.state(model)
        nnx.update(model, jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, old))
        """,
    ),
    "a state that is taken back elsewhere": (
        shared_state,
        """
        class Checkpoint:
            def save(self, model):
                self.best = nnx.state(model, nnx.Param)  #@

            def load(self, model):
                nnx.update(model, self.best)
        """,
        "optimizer.update(model, grads)",
    ),
    "a value that alone is scaled": (
        stopped_scale,
        """
        def detach(value):
            return jax.lax.stop_gradient(value)

        def scaled(loss, factor):
            return loss + detach(loss * factor - loss)  #@
        """,
        "grads = jax.grad(lambda w: scaled(mse(w), loss_scale))(w)",
    ),
    "quotients of which nothing is kept": (
        dropped_division,
        """
        class Scaler:
            def unscale_(self, grads):
                return [g / self.scale for g in grads]
        """,
        """
        scaler = Scaler(scale=loss_scale)
        scaler.unscale_(grads)  #@
        """,
    ),
    "the largest element, by a name": (
        lambda clues: (wrong_question(clues) or [None])[0],
        "",
        """
        biggest = np.array([g.max() for g in grads])  #@
        ok = np.isfinite(biggest).all()
        """,
    ),
    "a lambda that is given the loss": (
        check_line,
        "finite = lambda t: jnp.stack([jnp.isfinite(a).all() for a in jax.tree.leaves(t)]).all()",
        """
        value, grads = jax.value_and_grad(loss)(params)
        ok = finite(value)  #@
        """,
    ),
}
NOTHING: dict[str, tuple[Line, str]] = {
    "a copy": (
        shared_state,
        """
        old = jax.tree.map(jnp.copy, nnx.state(model))
        optimizer.update(model, grads)
        nnx.update(model, old)
        """,
    ),
    "a state from which the new one is made": (
        shared_state,
        """
        old = nnx.state(model)
        nnx.update(model, jax.tree.map(lambda p, g: p - lr * g, old, grads))
        """,
    ),
    "a scale alone that is no variable": (stopped_scale, "loss = jax.lax.stop_gradient(loss_scale) * mse(w)"),
    "a floor of one": (
        lambda clues: wrong_floor(clues, 1.0),
        "return jnp.clip(loss_scale / 2, 1.0, 2.0**24)",
    ),
    "quotients that are stored": (dropped_division, "state.store([g / loss_scale for g in grads][0])"),
    "answers that are gathered": (
        lambda clues: wrong_question(clues) and 1,
        """
        for g in grads:
            ok = jnp.isfinite(g).all()
            found.append(ok)
        """,
    ),
    "an answer that goes on from the last": (
        lambda clues: wrong_question(clues) and 1,
        """
        for g in grads:
            ok = ok & jnp.isfinite(g).all()
        """,
    ),
    "the larger one of two": (
        lambda clues: wrong_question(clues) and 1,
        """
        s = max(loss_scale / 2, 1.0)
        ok = jnp.isfinite(g * s).all()
        """,
    ),
    "the largest size, by a name": (
        lambda clues: wrong_question(clues) and 1,
        """
        top = np.abs(g).max()
        ok = np.isfinite(top)
        """,
    ),
    "a norm": (lambda clues: wrong_question(clues) and 1, "ok = jnp.max(jnp.abs(g)) < jnp.inf"),
}


@pytest.mark.parametrize(("line", "before", "step"), TEXTS.values(), ids=TEXTS)
def test_the_line_is_the_one_that_decides(line: Line, before: str, step: str):
    clues = clues_of(before, step)
    assert [line(clues)] == marked(clues)


@pytest.mark.parametrize(("line", "step"), NOTHING.values(), ids=NOTHING)
def test_what_is_right_is_not_pointed_at(line: Line, step: str):
    assert line(clues_of("", step)) is None
