"""The yardstick: workflows that do nothing, so that what they cost is Temporal's own."""

from temporalio import workflow


@workflow.defn(name="BareStart")
class BareStart:
    """Starts and ends."""

    @workflow.run
    async def run(self) -> None:
        return


@workflow.defn(name="BareUpdate")
class BareUpdate:
    """Waits for ever, and takes an update that changes nothing."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def press(self) -> None:
        return
