#include <marketmimic/host_device.hpp>

MARKETMIMIC_HD float fused(float a, float b, float c) { return a * b + c; }

int main() { return fused(2.0f, 3.0f, -6.0f) == 0.0f ? 0 : 1; }
