from judge.commands.doctor import report, trials
from judge.sandbox import tiers


def test_every_tier_that_is_here_is_tried():
    found = trials()
    assert tuple(trial.tier for trial in found) == tiers()
    assert [trial.fault for trial in found] == [None] * len(found)


def test_a_walled_worker_reaches_nothing_and_a_bare_one_does():
    reached = {trial.tier: trial.reached for trial in trials()}
    assert "files of this machine" in reached.pop("none")
    assert set(reached.values()) <= {()}


def test_the_report_names_tiers_walls_and_limits():
    lines = report().splitlines()
    assert f"isolation: {tiers()[0]} is used unless --isolation says otherwise" in lines
    walls = lines[lines.index("walls:") + 1 :]
    assert [
        line.strip().split(":")[0] for line in walls if line.startswith("  ") and not line.startswith("   ")
    ][:3] == ["landlock", "system call filter", "namespaces"]
    assert any(line.startswith("  memory: ") for line in lines)
