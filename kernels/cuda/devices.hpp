#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace marketmimic {

/// A GPU this build can use.
struct CudaDevice {
  int index = 0;   ///< as CUDA counts them, in this process
  std::string id;  ///< its UUID: the same in every process that sees it, 32 hexadecimal digits
  std::string name;
  int major = 0, minor = 0;  ///< compute capability
  std::size_t memory = 0;    ///< [bytes]
};

/// What there is, and where that is nothing, why.
struct CudaDevices {
  std::vector<CudaDevice> devices;
  std::string reason;  ///< one line, empty where there are devices
};

/// Lists the usable GPUs; never throws, so that a machine without a driver is a notice.
CudaDevices cuda_devices();

}  // namespace marketmimic
