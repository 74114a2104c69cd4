using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>A tensor's place in a safetensors file: its first byte, counted from the file's beginning, and how many there are.</summary>
internal sealed record SafetensorsEntry(string Key, ScalarType Type, long[] Shape, long Position, long Length);
