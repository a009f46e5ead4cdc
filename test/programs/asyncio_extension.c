//===-- asyncio_extension.c - A module in C that blocks -------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <sys/stat.h>
#include <time.h>

// nap(SECONDS)
static PyObject *nap(PyObject *self, PyObject *args) {
  double seconds;
  (void)self;
  if (!PyArg_ParseTuple(args, "d", &seconds))
    return NULL;
  struct timespec time = {(time_t)seconds,
                          (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&time, NULL);
  Py_RETURN_NONE;
}

// size_of(PATH), by a stream
static PyObject *size_of(PyObject *self, PyObject *args) {
  const char *path;
  (void)self;
  if (!PyArg_ParseTuple(args, "s", &path))
    return NULL;
  FILE *file = fopen(path, "rb");
  if (!file)
    return PyErr_SetFromErrno(PyExc_OSError);
  char data[256];
  size_t count, size = 0;
  while ((count = fread(data, 1, sizeof(data), file)) > 0)
    size += count;
  fclose(file);
  return PyLong_FromSize_t(size);
}

static PyMethodDef methods[] = {{"nap", nap, METH_VARARGS, NULL},
                                {"size_of", size_of, METH_VARARGS, NULL},
                                {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {.m_base = PyModuleDef_HEAD_INIT,
                                    .m_name = "extension",
                                    .m_size = -1,
                                    .m_methods = methods};

PyMODINIT_FUNC PyInit_extension(void) { return PyModule_Create(&module); }
