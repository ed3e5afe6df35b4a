"""Functions of the host for the linker, with little to pay a call.

The trampoline of wasmtime's own Python asks for the type of the function anew at each call, and makes an object of each type in it. Here
arguments are read by the kind that each value carries, and the type of the result is looked at once.
"""

import ctypes
import itertools
import struct
from collections.abc import Callable
from typing import Any

from wasmtime import WasmtimeError
from wasmtime import _ffi as ffi
from wasmtime.component import LinkerInstance, _enter
from wasmtime.component import _types as types

_VALUE = ctypes.sizeof(ffi.wasmtime_component_val_t)
_OF: int = ffi.wasmtime_component_val_t.of.offset
_READ = struct.Struct(f"<B{_OF - 1}xQQ")
"""A value: its kind, and of its union the first two words: a number, an option's pointer, or a size and a pointer."""
_WRITE = struct.Struct(f"<B{_OF - 1}xQ")
_STRING, _OPTION, _BOOL, _U64 = (
    kind.value
    for kind in (ffi.WASMTIME_COMPONENT_STRING, ffi.WASMTIME_COMPONENT_OPTION, ffi.WASMTIME_COMPONENT_BOOL, ffi.WASMTIME_COMPONENT_U64)
)
_LIST: int = ffi.WASMTIME_COMPONENT_LIST.value
_BYTES = [_WRITE.pack(ffi.WASMTIME_COMPONENT_U8.value, byte).ljust(_VALUE, b"\0") for byte in range(256)]
"""Each number of a byte as a value."""
_NUMBERS = {
    ffi.WASMTIME_COMPONENT_BOOL.value: 0xFF,
    ffi.WASMTIME_COMPONENT_U8.value: 0xFF,
    ffi.WASMTIME_COMPONENT_U32.value: 0xFFFF_FFFF,
    ffi.WASMTIME_COMPONENT_U64.value: 0xFFFF_FFFF_FFFF_FFFF,
}
_new_bytes = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p)(("wasm_byte_vec_new", ffi.dll))
_new_value = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(("wasmtime_component_val_new", ffi.dll))
_new_list = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t)(("wasmtime_component_vallist_new_uninit", ffi.dll))
_string_at, _memmove = ctypes.string_at, ctypes.memmove

_Writer = Callable[[Any, int], None]
"""Writes a result to an address."""
_functions: dict[int, "_Function"] = {}
_numbers = itertools.count(1)


class _Function:
    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.write: _Writer | None = None


def add(instance: LinkerInstance, name: str, function: Callable[..., Any]) -> None:
    """Defines a function, whose arguments are strings, numbers and options of these. It is not given the store."""
    number = next(_numbers)
    _functions[number] = _Function(function)
    encoded = name.encode()
    error = ffi.wasmtime_component_linker_instance_add_func(
        instance.ptr(), ctypes.create_string_buffer(encoded), len(encoded), _called_by_wasm, number, _forgotten
    )
    if error:
        raise WasmtimeError._from_ptr(error)


def _call(number: int, context: Any, type_: Any, arguments: Any, count: int, results: Any, result_count: int) -> int:
    try:
        one = _functions[number]
        address = ctypes.addressof(arguments.contents) if count else 0
        answer = one.function(*(_read(address + _VALUE * place) for place in range(count)))
        if result_count:
            write = one.write
            if write is None:
                write = one.write = _writer(types.FuncType._from_ptr(type_, owner=one))
            write(answer, ctypes.addressof(results.contents))
        return 0
    except WasmtimeError as error:
        failure = error
    except Exception as error:
        _enter.LAST_EXCEPTION = error  # which the call of the guest raises, as with wasmtime's own trampoline
        failure = WasmtimeError("python exception")
    return ctypes.cast(failure._consume(), ctypes.c_void_p).value or 0


_called_by_wasm = ffi.wasmtime_component_func_callback_t(_call)


def _forget(number: int) -> None:
    _functions.pop(number, None)


_forgotten = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(_forget)


def _read(address: int) -> Any:
    """The value at an address. It stays wasmtime's, which frees it after the call."""
    kind, first, second = _READ.unpack(_string_at(address, _READ.size))
    if kind == _STRING:
        return _string_at(second, first).decode() if first else ""
    if kind == _OPTION:
        return _read(first) if first else None
    if kind in _NUMBERS:
        return first & _NUMBERS[kind]
    raise TypeError(f"a host function is given a value of kind {kind}, which is not read here")


def _writer(kind: types.FuncType) -> _Writer:
    result = kind.result
    if isinstance(result, types.String):
        return _write_string
    if isinstance(result, types.OptionType) and isinstance(result.payload, types.String):
        return _write_option
    if isinstance(result, types.ListType) and isinstance(result.element, types.U8):
        return _write_bytes
    if isinstance(result, types.U64):
        return lambda answer, address: _put(address, _WRITE.pack(_U64, answer))
    if isinstance(result, types.Bool):
        return lambda answer, address: _put(address, _WRITE.pack(_BOOL, answer))
    assert result is not None
    pointer = ctypes.POINTER(ffi.wasmtime_component_val_t)
    return lambda answer, address: result.convert_to_c(None, answer, ctypes.cast(address, pointer))  # type: ignore[arg-type]


def _put(address: int, data: bytes) -> None:
    _memmove(address, data, len(data))


def _write_string(answer: str, address: int) -> None:
    data = answer.encode()
    _new_bytes(address + _OF, len(data), data)
    _put(address, bytes((_STRING,)))


def _write_option(answer: str | None, address: int) -> None:
    if answer is None:
        _put(address, _WRITE.pack(_OPTION, 0))
        return
    _write_string(answer, address)
    _put(address, _WRITE.pack(_OPTION, _new_value(address)))  # which moves the value to a place of its own


def _write_bytes(answer: bytes, address: int) -> None:
    _new_list(address + _OF, len(answer))
    _, _, place = _READ.unpack(_string_at(address, _READ.size))
    _put(place, b"".join([_BYTES[byte] for byte in answer]))
    _put(address, bytes((_LIST,)))
