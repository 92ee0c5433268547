# The judge, with the exercises and everything that submissions run with, for CI systems that start containers.
# Submissions are judged by an unprivileged user; what all of them need is computed and compiled when the image
# is built.
#     docker build -t judge . && docker run --rm -v "$PWD/submissions:/course/submissions:ro" judge run
FROM python:3.11-slim

ENV JUDGE_HOME=/opt/judge \
    XDG_CACHE_HOME=/home/judge/.cache \
    PYTHONDONTWRITEBYTECODE=1

WORKDIR /opt/judge
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY judge judge
RUN python -m pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt '.[jax,isolation,notebook]' \
    && useradd --create-home --uid 1000 judge
COPY problems problems
COPY reference reference
COPY ci ci

USER 1000
RUN judge cache warm

WORKDIR /course
ENTRYPOINT ["judge", "--root", "/opt/judge"]
CMD ["run", "submissions"]
