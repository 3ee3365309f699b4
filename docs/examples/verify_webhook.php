<?php
// Verify a Factcheck webhook (Standard Webhooks) in PHP 8, nothing to install.
// $headers with lower-case names, $body as file_get_contents('php://input') gives it.

const TOLERANCE_SECONDS = 300;

function verify(string $secret, array $headers, string $body): array
{
    $timestamp = $headers['webhook-timestamp'];
    if (abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        throw new RuntimeException('The message is too old, or its clock is wrong.');
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $signed = $headers['webhook-id'] . '.' . $timestamp . '.' . $body;
    $expected = base64_encode(hash_hmac('sha256', $signed, $key, true));
    foreach (explode(' ', $headers['webhook-signature']) as $signature) {
        [$version, $value] = explode(',', $signature, 2) + ['', ''];
        if ($version === 'v1' && hash_equals($expected, $value)) {
            return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
        }
    }
    throw new RuntimeException('No signature fits: the message is not from the desk, or was changed on its way.');
}
