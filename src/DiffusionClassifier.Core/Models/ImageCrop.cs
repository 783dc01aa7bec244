namespace DiffusionClassifier.Core.Models;

/// <summary>How an image becomes the square that the model sees.</summary>
public enum ImageCrop
{
    /// <summary>Short side to the model's size, then the center (torchvision Resize + CenterCrop; eval_prob_adaptive.py:28-36).</summary>
    Sd,

    /// <summary>
    /// ADM's crop: halved with a box filter while at least twice the size, then bicubic, then the center (eval_prob_dit.py:26-57).
    /// </summary>
    Dit,
}
