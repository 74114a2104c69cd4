using Google.Protobuf;
using Tensorboard;
using static TorchSharp.torch;

namespace DeepLearningCourse.TensorBoard;

/// <summary>A tensor as the picture of an event.</summary>
internal static class ImagePixels
{
    public static Summary.Types.Image Encode(Tensor image)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var planes = image.dim() == 2 ? image.unsqueeze(0) : image;
        Require(image, planes);
        var (channels, height, width) = ((int)planes.shape[0], (int)planes.shape[1], (int)planes.shape[2]);
        var pixels = Bytes(planes.detach().cpu()).permute(1, 2, 0).contiguous().data<byte>().ToArray();
        return new Summary.Types.Image
        {
            Height = height,
            Width = width,
            Colorspace = channels,
            EncodedImageString = ByteString.CopyFrom(Png.Encode(pixels, width, height, channels)),
        };
    }

    private static Tensor Bytes(Tensor planes) =>
        planes.dtype == ScalarType.Byte ? planes : (planes.to(ScalarType.Float32).nan_to_num(0, 1, 0) * 255).clamp(0, 255).to(ScalarType.Byte);

    private static void Require(Tensor image, Tensor planes)
    {
        if (planes.dim() != 3 || planes.shape[0] is not (1 or 3 or 4) || planes.numel() == 0)
        {
            throw new ArgumentException(
                $"The image has the shape [{string.Join(", ", image.shape)}], and needs [height, width] or [channels, height, width] with 1, 3 or 4 channels. " +
                "Of a batch take one image, such as images[0].", nameof(image));
        }

        if (image.dtype != ScalarType.Byte && !image.is_floating_point())
        {
            throw new ArgumentException(
                $"The image has numbers of type {image.dtype}, and needs bytes from 0 to 255 or floats from 0 to 1. Convert it: image.to(ScalarType.Byte).", nameof(image));
        }
    }
}
