"""Changing a program: setVariable, setExpression. They act on the program itself, never on a copy."""

from ..errors import RequestError
from ..protocol import SetExpressionArguments, SetExpressionResponseBody, SetVariableArguments, SetVariableResponseBody
from ..registry import request
from ..session import Session
from ..state import When


@request("setVariable", When.STOP, quiet=True, supports_set_variable=True)
async def set_variable(session: Session, arguments: SetVariableArguments) -> SetVariableResponseBody:
    owner, _ = session.debuggee.clones.owner(arguments.variables_reference)
    if owner is not None:
        raise RequestError("this value belongs to a copy that was made to look at it; assign to it in the Debug Console", show=False)
    return await session.ask("setVariable", arguments, SetVariableResponseBody)


@request("setExpression", When.STOP, quiet=True, supports_set_expression=True)
async def set_expression(session: Session, arguments: SetExpressionArguments) -> SetExpressionResponseBody:
    return await session.ask("setExpression", arguments, SetExpressionResponseBody)
